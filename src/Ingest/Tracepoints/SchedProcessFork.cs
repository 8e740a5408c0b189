using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A task was forked; tells names and ids.</summary>
/// <remarks>Accepts: <c>comm=.. pid=.. child_comm=.. child_pid=..</c>, names with blanks.</remarks>
[CatalogEntry("sched_process_fork", "A task was forked; tells names and ids")]
public sealed class SchedProcessFork : ITracepoint
{
    private const int ChildTid = 5;
    private static readonly FieldSpec[] Specs = [
        new("parent_comm", FieldBase.Word), new("parent_pid"), new("child_comm", FieldBase.Word), new("child_pid"),
        new("parent_tid"), new("child_tid"),
    ];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        int childPid = text.Rest.LastIndexOf(" child_pid="u8);
        int childComm = text.Rest.IndexOf(" child_comm="u8);
        if (childPid < 0 || childComm < 0 || childComm > childPid)
        {
            return false;
        }
        e.Kind = TraceEventKind.Identity;
        e.Op = TraceEventOp.Fork;
        e.Text = context.Intern(text.Rest[(childComm + 12)..childPid]);
        FieldCursor pid = new(text.Rest[(childPid + 11)..]);
        if (!pid.TryDecimal(out ulong child))
        {
            return false;
        }
        e.N0 = (long)child;
        _ = text.TakeRest();
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.Identity;
        e.Op = TraceEventOp.Fork;
        // LTTng's pid is the process.
        int child = fields.Has(ChildTid) ? ChildTid : 3;
        e.N0 = fields.Signed(child);
        if (fields.HasText(2))
        {
            e.Text = context.Intern(fields.Text(2));
        }
        return fields.Has(child);
    }
}
