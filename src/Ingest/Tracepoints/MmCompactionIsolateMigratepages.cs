using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>Compaction isolated pages of a frame range.</summary>
/// <remarks>Accepts: <c>range=(.. ~ ..) nr_scanned=.. nr_taken=..</c>.</remarks>
[CatalogEntry("mm_compaction_isolate_migratepages", "Compaction isolated pages of a frame range")]
public sealed class MmCompactionIsolateMigratepages : ITracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("start_pfn", FieldBase.Hex), new("end_pfn", FieldBase.Hex), new("nr_scanned"), new("nr_taken")
    ];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!text.Skip("range=("u8) || !text.TryHex(out ulong start) || !text.Skip(" ~ "u8) || !text.TryHex(out ulong end)
            || !text.Skip(") nr_scanned="u8) || !text.TryDecimal(out ulong scanned) || !text.Skip(" nr_taken="u8) || !text.TryDecimal(out ulong taken))
        {
            return false;
        }
        Set(start, end, scanned, taken, ref e);
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        Set(fields.Number(0), fields.Number(1), fields.Number(2), fields.Number(3), ref e);
        return fields.Has(0) && fields.Has(1);
    }

    private static void Set(ulong start, ulong end, ulong scanned, ulong taken, ref TraceEvent e)
    {
        e.Kind = TraceEventKind.Migrate;
        e.Op = TraceEventOp.CompactIsolate;
        e.Space = AddressSpaceKind.Pfn;
        e.Pfn = start;
        e.Npages = unchecked((long)(end - start));
        e.N0 = (long)taken;
        e.N1 = (long)scanned;
    }
}
