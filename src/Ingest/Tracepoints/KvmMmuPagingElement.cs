using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>One entry of a walk of guest page tables.</summary>
/// <remarks>Accepts: <c>pte .. level ..</c>.</remarks>
[CatalogEntry("kvm_mmu_paging_element", "One entry of a walk of guest page tables")]
public sealed class KvmMmuPagingElement : ITracepoint
{
    private static readonly FieldSpec[] Specs = [new("pte", FieldBase.Hex), new("level")];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!text.Skip("pte "u8) || !text.TryHex(out ulong pte) || !text.Skip(" level "u8) || !text.TryByte(out byte level))
        {
            return false;
        }
        e.Kind = TraceEventKind.GuestWalkStep;
        e.NewSpte = pte;
        e.Level = level;
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.GuestWalkStep;
        e.NewSpte = fields.Number(0);
        bool fits = fields.TryByte(1, out byte level);
        e.Level = level;
        return fits && fields.Has(0) && fields.Has(1);
    }
}
