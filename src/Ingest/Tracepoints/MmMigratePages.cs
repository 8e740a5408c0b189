using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A batch of pages was migrated.</summary>
/// <remarks>Accepts: all counters from 5.10 to 7.1.</remarks>
[CatalogEntry("mm_migrate_pages", "A batch of pages was migrated")]
public sealed class MmMigratePages : PairsTracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("nr_succeeded"), new("nr_failed"), new("nr_thp_succeeded", FieldBase.Ignore),
        new("nr_thp_failed", FieldBase.Ignore), new("nr_thp_split", FieldBase.Ignore), new("nr_split", FieldBase.Ignore),
        new("nr_large_folio_split", FieldBase.Ignore), new("mode", FieldBase.Ignore), new("reason", FieldBase.Word),
    ];

    /// <summary>Creates the parser.</summary>
    public MmMigratePages()
        : base(Specs)
    {
    }

    /// <inheritdoc/>
    public override bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        if (!fields.Has(0) || !fields.Has(1))
        {
            return false;
        }
        e.Kind = TraceEventKind.Migrate;
        e.Op = TraceEventOp.Batch;
        e.N0 = fields.Signed(0);
        e.N1 = fields.Signed(1);
        if (fields.HasText(8))
        {
            e.Cause = context.Intern(fields.Text(8));
        }
        return true;
    }
}
