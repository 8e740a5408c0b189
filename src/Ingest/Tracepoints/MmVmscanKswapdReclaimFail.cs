using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>kswapd freed nothing; 7.1.</summary>
/// <remarks>Accepts: <c>nid=.. failures=..</c>.</remarks>
[CatalogEntry("mm_vmscan_kswapd_reclaim_fail", "kswapd freed nothing; 7.1")]
public sealed class MmVmscanKswapdReclaimFail : PairsTracepoint
{
    private static readonly FieldSpec[] Specs = [new("nid"), new("failures")];

    /// <summary>Creates the parser.</summary>
    public MmVmscanKswapdReclaimFail()
        : base(Specs)
    {
    }

    /// <inheritdoc/>
    public override bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.Reclaim;
        e.Op = TraceEventOp.KswapdReclaimFail;
        e.N0 = fields.Signed(0);
        return fields.Has(0);
    }
}
