using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A task was made; tells its name, and whether it is a process of its own.</summary>
/// <remarks>Accepts: <c>pid=.. comm=.. clone_flags=.. oom_score_adj=..</c>, names with blanks.</remarks>
[CatalogEntry("task_newtask", "A task was made; tells its name and whether it is a process")]
public sealed class TaskNewtask : ITracepoint
{
    private const ulong CloneThread = 0x10000;

    private static readonly FieldSpec[] Specs = [
        new("pid"), new("comm", FieldBase.Word), new("clone_flags", FieldBase.Hex), new("oom_score_adj", FieldBase.Ignore),
    ];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!text.Skip("pid="u8) || !text.TryDecimal(out ulong pid) || !text.Skip(" comm="u8))
        {
            return false;
        }
        ReadOnlySpan<byte> rest = text.TakeRest();
        int end = rest.LastIndexOf(" clone_flags="u8);
        if (end < 0)
        {
            return false;
        }
        FieldCursor flags = new(rest[(end + 13)..]);
        if (!flags.TryHex(out ulong clone))
        {
            return false;
        }
        Set((long)pid, rest[..end], clone, ref e, context);
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        Set(fields.Signed(0), fields.Text(1), fields.Has(2) ? fields.Number(2) : CloneThread, ref e, context);
        return fields.Has(0);
    }

    private static void Set(long pid, ReadOnlySpan<byte> comm, ulong clone, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.Identity;
        e.Op = TraceEventOp.Fork;
        e.N0 = pid;
        e.N1 = (clone & CloneThread) == 0 ? 1 : 0;
        if (!comm.IsEmpty)
        {
            e.Text = context.Intern(comm);
        }
    }
}
