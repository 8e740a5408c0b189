using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A batch of pages was migrated.</summary>
/// <remarks>Accepts: all counters from 5.10 to 7.1.</remarks>
[CatalogEntry("mm_migrate_pages", "A batch of pages was migrated")]
public sealed class MmMigratePages : PairsTracepoint
{
    private const int Succeeded = 9;

    // MIGRATE_REASON, include/trace/events/migrate.h: the numbers are the same from 5.10 to 7.1.
    private static readonly string[] Reasons = [
        "compaction", "memory_failure", "memory_hotplug", "syscall_or_cpuset", "mempolicy_mbind", "numa_misplaced", "contig_range",
        "longterm_pin", "demotion", "damon",
    ];

    private static readonly FieldSpec[] Specs = [
        new("nr_succeeded"), new("nr_failed"), new("nr_thp_succeeded", FieldBase.Ignore),
        new("nr_thp_failed", FieldBase.Ignore), new("nr_thp_split", FieldBase.Ignore), new("nr_split", FieldBase.Ignore),
        new("nr_large_folio_split", FieldBase.Ignore), new("mode", FieldBase.Ignore), new("reason", FieldBase.Word),
        new("succeeded"), new("failed"),
    ];

    /// <summary>Creates the parser.</summary>
    public MmMigratePages()
        : base(Specs)
    {
    }

    /// <inheritdoc/>
    public override bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        // The record's own names lack the nr_ of the printed ones.
        int first = fields.Has(0) ? 0 : Succeeded;
        if (!fields.Has(first) || !fields.Has(first + 1))
        {
            return false;
        }
        e.Kind = TraceEventKind.Migrate;
        e.Op = TraceEventOp.Batch;
        e.N0 = fields.Signed(first);
        e.N1 = fields.Signed(first + 1);
        if (fields.Has(8) && fields.Number(8) < (ulong)Reasons.Length)
        {
            e.Cause = context.Strings.Intern(Reasons[fields.Number(8)]);
        }
        else if (fields.HasText(8))
        {
            e.Cause = context.Intern(fields.Text(8));
        }
        return true;
    }
}
