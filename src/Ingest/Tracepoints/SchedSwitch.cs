using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A CPU goes from one thread to the next; tells the name of the next one.</summary>
/// <remarks>Accepts: <c>prev_comm=.. ==&gt; next_comm=.. next_pid=.. next_prio=..</c>, names with blanks. Other texts of tools tell nothing.</remarks>
[CatalogEntry("sched_switch", "A CPU goes from one thread to the next; tells its name")]
public sealed class SchedSwitch : ITracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("next_comm", FieldBase.Word), new("next_pid"), new("prev_comm", FieldBase.Ignore), new("prev_pid", FieldBase.Ignore),
        new("prev_prio", FieldBase.Ignore), new("prev_state", FieldBase.Ignore), new("next_prio", FieldBase.Ignore),
        new("next_tid"), new("prev_tid", FieldBase.Ignore),
    ];

    private static readonly string[] Printed = [
        "prev_comm={prev_comm:n} prev_pid={prev_pid:d} prev_prio={prev_prio:d} prev_state={prev_state:w} ==> next_comm={next_comm:n} next_pid={next_pid:d} next_prio={next_prio:d}"
    ];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public ReadOnlySpan<string> PrintedForms => Printed;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        ReadOnlySpan<byte> rest = text.TakeRest();
        int comm = rest.IndexOf(" ==> next_comm="u8);
        int pidAt = rest.LastIndexOf(" next_pid="u8);
        e.Kind = TraceEventKind.Identity;
        e.Op = TraceEventOp.Switch;
        e.N0 = -1;
        if (comm >= 0 && pidAt > comm + 14)
        {
            FieldCursor pid = new(rest[(pidAt + 10)..]);
            if (pid.TryDecimal(out ulong next) && next <= int.MaxValue)
            {
                e.N0 = (long)next;
                e.Text = context.Intern(rest[(comm + 15)..pidAt]);
            }
        }
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.Identity;
        e.Op = TraceEventOp.Switch;
        // LTTng's name is tid.
        e.N0 = fields.Has(1) ? fields.Signed(1) : fields.Has(7) ? fields.Signed(7) : -1;
        if (fields.HasText(0))
        {
            e.Text = context.Intern(fields.Text(0));
        }
        return true;
    }
}
