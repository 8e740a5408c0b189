using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>kswapd has done its work.</summary>
/// <remarks>Accepts: <c>nid=..</c>.</remarks>
[CatalogEntry("mm_vmscan_kswapd_sleep", "kswapd has done its work")]
public sealed class MmVmscanKswapdSleep : PairsTracepoint
{
    private static readonly FieldSpec[] Specs = [new("nid")];

    /// <summary>Creates the parser.</summary>
    public MmVmscanKswapdSleep()
        : base(Specs)
    {
    }

    /// <inheritdoc/>
    public override bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.Reclaim;
        e.Op = TraceEventOp.KswapdSleep;
        e.N0 = fields.Signed(0);
        return fields.Has(0);
    }
}
