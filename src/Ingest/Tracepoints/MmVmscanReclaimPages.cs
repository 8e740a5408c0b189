using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>Pages that user space named (MADV_PAGEOUT, DAMON) were judged; 7.1.</summary>
/// <remarks>Accepts: <c>nid=.. nr_scanned=.. nr_reclaimed=.. ..</c>.</remarks>
[CatalogEntry("mm_vmscan_reclaim_pages", "Pages that user space named (MADV_PAGEOUT, DAMON) were judged; 7.1")]
public sealed class MmVmscanReclaimPages : PairsTracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("nid"), new("nr_scanned"), new("nr_reclaimed"), new("nr_dirty", FieldBase.Ignore),
        new("nr_writeback", FieldBase.Ignore), new("nr_congested", FieldBase.Ignore), new("nr_immediate", FieldBase.Ignore),
        new("nr_activate_anon"), new("nr_activate_file"), new("nr_ref_keep"), new("nr_unmap_fail", FieldBase.Ignore),
        new("nr_activate0"), new("nr_activate1"),
    ];

    /// <summary>Creates the parser.</summary>
    public MmVmscanReclaimPages()
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
        e.Op = TraceEventOp.ReclaimPages;
        e.N0 = fields.Signed(0);
        e.N2 = fields.Signed(1);
        e.N3 = fields.Signed(2);
        e.N4 = fields.Signed(9);
        e.N5 = fields.Signed(fields.Has(7) ? 7 : 11);
        e.N6 = fields.Signed(fields.Has(8) ? 8 : 12);
        return true;
    }
}
