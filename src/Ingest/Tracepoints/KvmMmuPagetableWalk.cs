using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>KVM walks guest page tables.</summary>
/// <remarks>Accepts: <c>addr .. pferr .. FLAGS</c>; the flags may be empty.</remarks>
[CatalogEntry("kvm_mmu_pagetable_walk", "KVM walks guest page tables")]
public sealed class KvmMmuPagetableWalk : ITracepoint
{
    private static readonly FieldSpec[] Specs = [new("addr", FieldBase.Hex), new("pferr", FieldBase.Hex)];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!text.Skip("addr "u8) || !text.TryHex(out ulong address) || !text.Skip(" pferr "u8) || !text.TryHex(out ulong code))
        {
            return false;
        }
        _ = text.TakeRest();
        Set(address, code, ref e);
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        Set(fields.Number(0), fields.Number(1), ref e);
        return fields.Has(0) && fields.Has(1);
    }

    private static void Set(ulong address, ulong code, ref TraceEvent e)
    {
        e.Kind = TraceEventKind.GuestWalk;
        e.Space = AddressSpaceKind.Gva;
        e.Start = address;
        e.ErrorCode = code;
    }
}
