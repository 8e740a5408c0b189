using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A page came back from swap, by kmr1.bt.</summary>
/// <remarks>Accepts: <c>mm=.. start=..</c>.</remarks>
[CatalogEntry("swap_in", "A page came back from swap, by kmr1.bt")]
public sealed class SwapIn : PairsTracepoint
{
    private static readonly FieldSpec[] Specs = [new("mm", FieldBase.Hex), new("start", FieldBase.Hex)];

    /// <summary>Creates the parser.</summary>
    public SwapIn()
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
        e.Kind = TraceEventKind.Swap;
        e.Op = TraceEventOp.In;
        e.Space = AddressSpaceKind.Hva;
        if (fields.Has(0))
        {
            e.Mm = fields.Number(0);
        }
        e.Start = fields.Number(1);
        return true;
    }
}
