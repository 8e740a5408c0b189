using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>An SPTE was marked as MMIO.</summary>
/// <remarks>Accepts: <c>sptep:.. gfn .. access .. gen ..</c>.</remarks>
[CatalogEntry("mark_mmio_spte", "An SPTE was marked as MMIO")]
public sealed class MarkMmioSpte : ITracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("sptep", FieldBase.Pointer), new("gfn", FieldBase.Hex), new("access", FieldBase.Hex),
        new("gen", FieldBase.Ignore),
    ];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!text.Skip("sptep:"u8) || !context.SkipPointer(ref text) || !text.Skip(" gfn "u8) || !text.TryHex(out ulong gfn)
            || !text.Skip(" access "u8) || !text.TryHex(out _) || !text.Skip(" gen "u8) || !text.TryHex(out _))
        {
            return false;
        }
        Set(gfn, ref e);
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        Set(fields.Number(1), ref e);
        return fields.Has(1);
    }

    private static void Set(ulong gfn, ref TraceEvent e)
    {
        e.Kind = TraceEventKind.MmioSpte;
        e.Op = TraceEventOp.Mark;
        e.Space = AddressSpaceKind.Gfn;
        e.Gfn = gfn;
    }
}
