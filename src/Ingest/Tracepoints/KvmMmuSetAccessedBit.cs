using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>KVM set the accessed bit of a guest PTE.</summary>
/// <remarks>Accepts: <c>gpa ..</c>, the address of the guest PTE.</remarks>
[CatalogEntry("kvm_mmu_set_accessed_bit", "KVM set the accessed bit of a guest PTE")]
public sealed class KvmMmuSetAccessedBit : ITracepoint
{
    private static readonly FieldSpec[] Specs = [new("gpa", FieldBase.Hex)];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!text.Skip("gpa "u8) || !text.TryHex(out ulong gpa))
        {
            return false;
        }
        e.Kind = TraceEventKind.GuestPteUpdate;
        e.Op = TraceEventOp.Accessed;
        e.Space = AddressSpaceKind.Gpa;
        e.Start = gpa;
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.GuestPteUpdate;
        e.Op = TraceEventOp.Accessed;
        e.Space = AddressSpaceKind.Gpa;
        e.Start = fields.Number(0);
        return fields.Has(0);
    }
}
