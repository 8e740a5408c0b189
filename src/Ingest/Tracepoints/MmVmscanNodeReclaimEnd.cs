using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>Reclaim of one node ended.</summary>
/// <remarks>Accepts: <c>nr_reclaimed=..</c>; 7.1 adds pid and memcg_id.</remarks>
[CatalogEntry("mm_vmscan_node_reclaim_end", "Reclaim of one node ended")]
public sealed class MmVmscanNodeReclaimEnd : PairsTracepoint
{
    private static readonly FieldSpec[] Specs = [new("nr_reclaimed", FieldBase.Unsigned), new("pid", FieldBase.Ignore), new("memcg_id", FieldBase.Unsigned)];

    /// <summary>Creates the parser.</summary>
    public MmVmscanNodeReclaimEnd()
        : base(Specs)
    {
    }

    /// <inheritdoc/>
    public override bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        if (!fields.Has(0))
        {
            return false;
        }
        e.Kind = TraceEventKind.Reclaim;
        e.Op = TraceEventOp.NodeEnd;
        e.N3 = fields.Signed(0);
        if (fields.Has(2))
        {
            e.MemcgId = fields.Number(2);
        }
        return true;
    }
}
