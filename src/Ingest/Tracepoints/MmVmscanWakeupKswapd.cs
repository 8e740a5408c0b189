using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A task asks for kswapd.</summary>
/// <remarks>Accepts: <c>nid=.. order=.. gfp_flags=..</c>.</remarks>
[CatalogEntry("mm_vmscan_wakeup_kswapd", "A task asks for kswapd")]
public sealed class MmVmscanWakeupKswapd : PairsTracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("nid"), new("order"), new("gfp_flags", FieldBase.Word), new("zid", FieldBase.Ignore)
    ];

    /// <summary>Creates the parser.</summary>
    public MmVmscanWakeupKswapd()
        : base(Specs)
    {
    }

    /// <inheritdoc/>
    public override bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.Reclaim;
        e.Op = TraceEventOp.WakeupKswapd;
        e.N0 = fields.Signed(0);
        e.N1 = fields.Signed(1);
        return fields.Has(0);
    }
}
