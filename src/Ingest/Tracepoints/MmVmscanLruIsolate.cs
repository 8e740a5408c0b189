using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>Folios were taken off a list to be judged.</summary>
/// <remarks>Accepts: with and without <c>isolate_mode</c>.</remarks>
[CatalogEntry("mm_vmscan_lru_isolate", "Folios were taken off a list to be judged")]
public sealed class MmVmscanLruIsolate : PairsTracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("isolate_mode", FieldBase.Ignore), new("classzone", FieldBase.Ignore), new("highest_zoneidx", FieldBase.Ignore),
        new("order"), new("nr_requested", FieldBase.Ignore), new("nr_scanned", FieldBase.Unsigned), new("nr_skipped", FieldBase.Ignore),
        new("nr_taken", FieldBase.Unsigned), new("lru", FieldBase.Word),
    ];

    /// <summary>Creates the parser.</summary>
    public MmVmscanLruIsolate()
        : base(Specs)
    {
    }

    /// <inheritdoc/>
    public override bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        if (!fields.Has(5) || !fields.Has(7))
        {
            return false;
        }
        e.Kind = TraceEventKind.Reclaim;
        e.Op = TraceEventOp.Isolate;
        e.N1 = fields.Signed(3);
        e.N2 = fields.Signed(5);
        e.N3 = fields.Signed(7);
        int lru = fields.Has(8) ? (int)fields.Number(8) : LruName.Of(fields.Text(8));
        if (lru >= 0)
        {
            e.Lru = (byte)lru;
        }
        return true;
    }
}
