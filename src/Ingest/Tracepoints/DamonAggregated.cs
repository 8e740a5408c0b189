using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>DAMON counted the accesses to one region.</summary>
/// <remarks>Accepts: decimal addresses; one trailing number on older kernels.</remarks>
[CatalogEntry("damon_aggregated", "DAMON counted the accesses to one region")]
public sealed class DamonAggregated : ITracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("target_id", FieldBase.Ignore), new("nr_regions", FieldBase.Ignore), new("start"), new("end"), new("nr_accesses"),
        new("age"),
    ];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!text.Skip("target_id="u8) || !text.TryDecimal(out _) || !text.Skip(" nr_regions="u8) || !text.TryDecimal(out _) || !text.Skip(" "u8)
            || !text.TryDecimal(out ulong start) || !text.Skip("-"u8) || !text.TryDecimal(out ulong end) || !text.Skip(": "u8)
            || !text.TryDecimal(out ulong accesses))
        {
            return false;
        }
        Set(start, end, accesses, ref e);
        if (text.Skip(" "u8) && text.TryDecimal(out ulong age))
        {
            e.N1 = (long)age;
        }
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        Set(fields.Number(2), fields.Number(3), fields.Number(4), ref e);
        if (fields.Has(5))
        {
            e.N1 = fields.Signed(5);
        }
        return fields.Has(2) && fields.Has(3);
    }

    private static void Set(ulong start, ulong end, ulong accesses, ref TraceEvent e)
    {
        e.Kind = TraceEventKind.Damon;
        e.Space = AddressSpaceKind.Hva;
        e.Start = start;
        e.End = end;
        e.N0 = unchecked((long)accesses);
    }
}
