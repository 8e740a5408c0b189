using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A guest access faulted on x86 (EPT violation, NPF or guest page fault).</summary>
/// <remarks>Accepts: <c>address .. error_code ..</c> of 5.10, <c>vcpu .. rip .. address .. error_code ..</c> since 6.1, rip left out.</remarks>
[CatalogEntry("kvm_page_fault", "A guest access faulted on x86 (EPT violation, NPF or guest page fault)")]
public sealed class KvmPageFault : ITracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("vcpu_id"), new("guest_rip", FieldBase.Ignore), new("fault_address", FieldBase.Hex),
        new("error_code", FieldBase.Hex),
    ];

    private static readonly string[] Printed = [
        "vcpu {vcpu_id:d} rip {guest_rip:p} address {fault_address:p} error_code {error_code:p}"
    ];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public ReadOnlySpan<string> PrintedForms => Printed;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        short vcpu = 0;
        bool hasVcpu = text.Skip("vcpu "u8);
        if (hasVcpu && (!text.TryVcpu(out vcpu) || !text.Skip(" "u8)))
        {
            return false;
        }
        if (text.Skip("rip "u8) && (!text.TryHex(out _) || !text.Skip(" "u8)))
        {
            return false;
        }
        if (!text.Skip("address "u8) || !text.TryHex(out ulong address) || !text.Skip(" error_code "u8) || !text.TryHex(out ulong code))
        {
            return false;
        }
        Set(address, code, ref e, context);
        if (hasVcpu)
        {
            e.Vcpu = vcpu;
        }
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        if (!fields.Has(2) || !fields.Has(3))
        {
            return false;
        }
        Set(fields.Number(2), fields.Number(3), ref e, context);
        return fields.TrySetVcpu(0, ref e);
    }

    // EPT reports an exit qualification (read, write, fetch in bits 0 to 2); NPT and shadow paging a page-fault code (write bit 1, fetch bit 4).
    private static void Set(ulong address, ulong code, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.GuestFault;
        e.Start = address;
        e.ErrorCode = code;
        bool pageFaultCode = context.ShadowPaging || code >> 32 != 0;
        e.Access = pageFaultCode ? (byte)((code & 0x10) != 0 ? 4 : (code & 2) != 0 ? 2 : 1) : (byte)(code & 7);
        if (context.ShadowPaging)
        {
            e.Space = AddressSpaceKind.Gva;
            return;
        }
        e.Space = AddressSpaceKind.Gpa;
        e.Gfn = address >> 12;
    }
}
