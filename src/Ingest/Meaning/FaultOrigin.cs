using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Meaning;

/// <summary>What the address and the code of kvm_page_fault are, as the VM exit before it on the same thread tells (trace-formats.md 1.2).</summary>
internal enum FaultOrigin
{
    /// <summary>No exit that tells.</summary>
    Unknown,

    /// <summary>EPT violation: a guest physical address and an exit qualification.</summary>
    Ept,

    /// <summary>Nested page fault: a guest physical address and a page-fault code.</summary>
    Npt,

    /// <summary>A page fault of the guest itself: a guest virtual address and a page-fault code.</summary>
    Exception,
}

/// <summary>Reads <see cref="FaultOrigin"/> from exits and gives it to faults.</summary>
internal static class FaultOrigins
{
    private const ulong WriteBit = 2;
    private const ulong FetchBit = 16;

    /// <summary>Origin that an exit reason stands for.</summary>
    public static FaultOrigin Of(string reason) => reason switch
    {
        "EPT_VIOLATION" => FaultOrigin.Ept,
        "npf" or "EXIT_NPF" => FaultOrigin.Npt,
        "EXCEPTION_NMI" or "PF excp" or "EXIT_EXCP_PF" => FaultOrigin.Exception,
        _ => FaultOrigin.Unknown,
    };

    /// <summary>Sets space, frame and access of a kvm_page_fault.</summary>
    public static void Apply(FaultOrigin origin, ref TraceEvent e)
    {
        if (origin == FaultOrigin.Unknown || !e.Has(EventColumn.ErrorCode))
        {
            return;
        }
        ulong code = e.ErrorCode;
        e.Access = origin == FaultOrigin.Ept ? (byte)(code & 7) : (code & FetchBit) != 0 ? (byte)4 : (code & WriteBit) != 0 ? (byte)2 : (byte)1;
        if (origin == FaultOrigin.Exception)
        {
            e.Space = AddressSpaceKind.Gva;
            e.Unset(EventColumn.Gfn);
            return;
        }
        e.Space = AddressSpaceKind.Gpa;
        e.Gfn = e.Start >> 12;
    }
}
