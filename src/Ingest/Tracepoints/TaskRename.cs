using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A task changed its name.</summary>
/// <remarks>Accepts: <c>pid=.. oldcomm=.. newcomm=.. oom_score_adj=..</c>; without a pid the task of the line is meant.</remarks>
[CatalogEntry("task_rename", "A task changed its name")]
public sealed class TaskRename : ITracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("pid"), new("oldcomm", FieldBase.Ignore), new("newcomm", FieldBase.Word), new("oom_score_adj", FieldBase.Ignore)
    ];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        int name = text.Rest.IndexOf(" newcomm="u8);
        int end = text.Rest.LastIndexOf(" oom_score_adj="u8);
        ulong pid = 0;
        bool named = text.Skip("pid="u8);
        if ((named && !text.TryDecimal(out pid)) || (!named && !text.Rest.StartsWith("oldcomm="u8)) || name < 0 || end < name)
        {
            return false;
        }
        ReadOnlySpan<byte> rest = text.TakeRest();
        int from = rest.IndexOf(" newcomm="u8) + 9;
        int to = rest.LastIndexOf(" oom_score_adj="u8);
        e.Kind = TraceEventKind.Identity;
        e.Op = TraceEventOp.Rename;
        if (named)
        {
            e.N0 = (long)pid;
        }
        e.Text = context.Intern(rest[from..to]);
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.Identity;
        e.Op = TraceEventOp.Rename;
        if (fields.Has(0))
        {
            e.N0 = fields.Signed(0);
        }
        if (fields.HasText(2))
        {
            e.Text = context.Intern(fields.Text(2));
        }
        return fields.Has(0) || fields.HasText(2);
    }
}
