using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A batch of pages is about to be migrated.</summary>
/// <remarks>Accepts: <c>mode=.. reason=..</c>.</remarks>
[CatalogEntry("mm_migrate_pages_start", "A batch of pages is about to be migrated")]
public sealed class MmMigratePagesStart : PairsTracepoint
{
    private static readonly FieldSpec[] Specs = [new("mode", FieldBase.Ignore), new("reason", FieldBase.Word)];

    /// <summary>Creates the parser.</summary>
    public MmMigratePagesStart()
        : base(Specs)
    {
    }

    /// <inheritdoc/>
    public override bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.Migrate;
        e.Op = TraceEventOp.BatchStart;
        if (fields.HasText(1))
        {
            e.Cause = context.Intern(fields.Text(1));
        }
        return true;
    }
}
