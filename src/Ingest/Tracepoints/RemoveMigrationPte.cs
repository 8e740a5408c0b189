using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A migration entry became a PTE again.</summary>
/// <remarks>Accepts: <c>addr=.., pte=.. order=..</c>, bare hex.</remarks>
[CatalogEntry("remove_migration_pte", "A migration entry became a PTE again")]
public sealed class RemoveMigrationPte : PairsTracepoint
{
    private static readonly FieldSpec[] Specs = [new("addr", FieldBase.Hex), new("pte", FieldBase.Ignore), new("order")];

    /// <summary>Creates the parser.</summary>
    public RemoveMigrationPte()
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
        e.Op = TraceEventOp.RemovePte;
        e.Space = AddressSpaceKind.Hva;
        e.Start = fields.Number(0);
        if (fields.Has(2))
        {
            e.N2 = fields.Signed(2);
        }
        return true;
    }
}
