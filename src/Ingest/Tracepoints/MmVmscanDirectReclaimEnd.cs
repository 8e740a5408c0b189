using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A task has reclaimed for itself.</summary>
/// <remarks>Accepts: <c>nr_reclaimed=..</c>; 7.1 adds pid and memcg_id.</remarks>
[CatalogEntry("mm_vmscan_direct_reclaim_end", "A task has reclaimed for itself")]
public sealed class MmVmscanDirectReclaimEnd : PairsTracepoint
{
    private static readonly FieldSpec[] Specs = [new("nr_reclaimed", FieldBase.Unsigned), new("pid", FieldBase.Ignore), new("memcg_id", FieldBase.Unsigned)];

    /// <summary>Creates the parser.</summary>
    public MmVmscanDirectReclaimEnd()
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
        e.Op = TraceEventOp.DirectEnd;
        e.N3 = fields.Signed(0);
        if (fields.Has(2))
        {
            e.MemcgId = fields.Number(2);
        }
        return true;
    }
}
