using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A batch of the active list was judged (classic LRU only).</summary>
/// <remarks>Accepts: one form from 5.10 to 7.2.</remarks>
[CatalogEntry("mm_vmscan_lru_shrink_active", "A batch of the active list was judged (classic LRU only)")]
public sealed class MmVmscanLruShrinkActive : PairsTracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("nid"), new("nr_taken"), new("nr_active", FieldBase.Ignore), new("nr_deactivated"), new("nr_referenced"),
        new("priority"), new("flags", FieldBase.Word), new("reclaim_flags", FieldBase.Word),
    ];

    /// <summary>Creates the parser.</summary>
    public MmVmscanLruShrinkActive()
        : base(Specs)
    {
    }

    /// <inheritdoc/>
    public override bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        if (!fields.Has(1) || !fields.Has(3))
        {
            return false;
        }
        e.Kind = TraceEventKind.Reclaim;
        e.Op = TraceEventOp.ShrinkActive;
        e.N0 = fields.Signed(0);
        e.N3 = fields.Signed(1);
        e.N4 = fields.Signed(4);
        e.N6 = fields.Signed(3);
        e.N7 = fields.Signed(5);
        return true;
    }
}
