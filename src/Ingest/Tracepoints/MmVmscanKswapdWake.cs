using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>kswapd starts to work.</summary>
/// <remarks>Accepts: <c>nid=.. order=..</c>.</remarks>
[CatalogEntry("mm_vmscan_kswapd_wake", "kswapd starts to work")]
public sealed class MmVmscanKswapdWake : PairsTracepoint
{
    private static readonly FieldSpec[] Specs = [new("nid"), new("order"), new("zid", FieldBase.Ignore)];

    /// <summary>Creates the parser.</summary>
    public MmVmscanKswapdWake()
        : base(Specs)
    {
    }

    /// <inheritdoc/>
    public override bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.Reclaim;
        e.Op = TraceEventOp.KswapdWake;
        e.N0 = fields.Signed(0);
        e.N1 = fields.Signed(1);
        return fields.Has(0);
    }
}
