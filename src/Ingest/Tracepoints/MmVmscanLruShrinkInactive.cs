using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A batch of isolated folios was judged.</summary>
/// <remarks>Accepts: one form from 5.10 to 7.2.</remarks>
[CatalogEntry("mm_vmscan_lru_shrink_inactive", "A batch of isolated folios was judged")]
public sealed class MmVmscanLruShrinkInactive : PairsTracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("nid"), new("nr_scanned"), new("nr_reclaimed"), new("nr_dirty", FieldBase.Ignore),
        new("nr_writeback", FieldBase.Ignore), new("nr_congested", FieldBase.Ignore), new("nr_immediate", FieldBase.Ignore),
        new("nr_activate_anon"), new("nr_activate_file"), new("nr_ref_keep"), new("nr_unmap_fail", FieldBase.Ignore),
        new("priority"), new("flags", FieldBase.Word), new("nr_activate0"), new("nr_activate1"),
        new("reclaim_flags", FieldBase.Word),
    ];

    /// <summary>Creates the parser.</summary>
    public MmVmscanLruShrinkInactive()
        : base(Specs)
    {
    }

    /// <inheritdoc/>
    public override bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        if (!fields.Has(1) || !fields.Has(2))
        {
            return false;
        }
        e.Kind = TraceEventKind.Reclaim;
        e.Op = TraceEventOp.ShrinkInactive;
        e.N0 = fields.Signed(0);
        e.N2 = fields.Signed(1);
        e.N3 = fields.Signed(2);
        e.N4 = fields.Signed(9);
        e.N5 = fields.Signed(fields.Has(7) ? 7 : 13);
        e.N6 = fields.Signed(fields.Has(8) ? 8 : 14);
        e.N7 = fields.Signed(11);
        return true;
    }
}
