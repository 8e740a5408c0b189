using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A PTE became a migration entry.</summary>
/// <remarks>Accepts: <c>addr=.., pte=.. order=..</c>, bare hex.</remarks>
[CatalogEntry("set_migration_pte", "A PTE became a migration entry")]
public sealed class SetMigrationPte : PairsTracepoint
{
    private static readonly FieldSpec[] Specs = [new("addr", FieldBase.Hex), new("pte", FieldBase.Ignore), new("order")];

    /// <summary>Creates the parser.</summary>
    public SetMigrationPte()
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
        e.Kind = TraceEventKind.Migrate;
        e.Op = TraceEventOp.SetPte;
        e.Space = AddressSpaceKind.Hva;
        e.Start = fields.Number(0);
        if (fields.Has(2))
        {
            e.N2 = fields.Signed(2);
        }
        return true;
    }
}
