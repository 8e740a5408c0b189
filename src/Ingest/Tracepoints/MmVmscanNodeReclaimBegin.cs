using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>Reclaim of one node begins.</summary>
/// <remarks>Accepts: <c>order=.. gfp_flags=..</c>; 7.1 adds pid and memcg_id.</remarks>
[CatalogEntry("mm_vmscan_node_reclaim_begin", "Reclaim of one node begins")]
public sealed class MmVmscanNodeReclaimBegin : PairsTracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("nid"), new("order"), new("gfp_flags", FieldBase.Word), new("pid", FieldBase.Ignore), new("memcg_id", FieldBase.Unsigned)
    ];

    /// <summary>Creates the parser.</summary>
    public MmVmscanNodeReclaimBegin()
        : base(Specs)
    {
    }

    /// <inheritdoc/>
    public override bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        if (!fields.Has(1))
        {
            return false;
        }
        e.Kind = TraceEventKind.Reclaim;
        e.Op = TraceEventOp.NodeBegin;
        e.N1 = fields.Signed(1);
        if (fields.Has(0))
        {
            e.N0 = fields.Signed(0);
        }
        if (fields.Has(4))
        {
            e.MemcgId = fields.Number(4);
        }
        return true;
    }
}
