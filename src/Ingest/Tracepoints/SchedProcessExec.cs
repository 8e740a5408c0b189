using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A task runs another program; its thread id becomes its process id.</summary>
/// <remarks>Accepts: <c>filename=.. pid=.. old_pid=..</c>, file names with blanks.</remarks>
[CatalogEntry("sched_process_exec", "A task runs another program; its thread id becomes its process id")]
public sealed class SchedProcessExec : ITracepoint
{
    private static readonly FieldSpec[] Specs = [new("filename", FieldBase.Word), new("pid"), new("old_pid"), new("tid"), new("old_tid")];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        int pidAt = text.Rest.LastIndexOf(" pid="u8);
        if (!text.Rest.StartsWith("filename="u8) || pidAt < 9)
        {
            return false;
        }
        ReadOnlySpan<byte> file = text.Rest[9..pidAt];
        FieldCursor pid = new(text.Rest[(pidAt + 5)..]);
        if (!pid.TryDecimal(out ulong id))
        {
            return false;
        }
        _ = text.TakeRest();
        Set(file, (long)id, ref e, context);
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        // LTTng's name.
        int pid = fields.Has(3) ? 3 : 1;
        Set(fields.Text(0), fields.Signed(pid), ref e, context);
        return fields.Has(pid);
    }

    private static void Set(ReadOnlySpan<byte> file, long pid, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.Identity;
        e.Op = TraceEventOp.Exec;
        e.N0 = pid;
        e.Text = context.Intern(file[(file.LastIndexOf((byte)'/') + 1)..]);
    }
}
