using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>kswapd may try a hopeless node again; 7.1.</summary>
/// <remarks>Accepts: <c>nid=.. reason=..</c>.</remarks>
[CatalogEntry("mm_vmscan_kswapd_clear_hopeless", "kswapd may try a hopeless node again; 7.1")]
public sealed class MmVmscanKswapdClearHopeless : PairsTracepoint
{
    private static readonly FieldSpec[] Specs = [new("nid"), new("reason", FieldBase.Word)];

    /// <summary>Creates the parser.</summary>
    public MmVmscanKswapdClearHopeless()
        : base(Specs)
    {
    }

    /// <inheritdoc/>
    public override bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.Reclaim;
        e.Op = TraceEventOp.KswapdClearHopeless;
        e.N0 = fields.Signed(0);
        return fields.Has(0);
    }
}
