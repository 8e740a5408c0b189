using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>Return value of the test_young hook, by kmr1.bt.</summary>
/// <remarks>Accepts: <c>mm=.. start=.. [end=..] young=0|1</c>.</remarks>
[CatalogEntry("test_young", "Return value of the test_young hook, by kmr1.bt")]
public sealed class TestYoung : PairsTracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("mm", FieldBase.Hex), new("start", FieldBase.Hex), new("end", FieldBase.Hex), new("young")
    ];

    /// <summary>Creates the parser.</summary>
    public TestYoung()
        : base(Specs)
    {
    }

    /// <inheritdoc/>
    public override bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        if (!fields.Has(1) || !fields.Has(3))
        {
            return false;
        }
        e.Kind = TraceEventKind.Age;
        e.Op = TraceEventOp.Test;
        e.Space = AddressSpaceKind.Hva;
        e.Start = fields.Number(1);
        if (fields.Has(2))
        {
            e.End = fields.Number(2);
        }
        if (fields.Has(0))
        {
            e.Mm = fields.Number(0);
        }
        e.Young = fields.Number(3) != 0;
        e.YoungSrc = YoungSource.Retval;
        return true;
    }
}
