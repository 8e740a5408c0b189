using System.Runtime.CompilerServices;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Meaning;
using SecondLook.Ingest.Text;
using SecondLook.Ingest.Text.Forms;

namespace SecondLook.Ingest;

// Events of the fast path: fixed forms have found task, stamp and values already.
internal sealed partial class TraceSink
{
    /// <summary>Delivers events that fixed forms have read, up to a line that they have not.</summary>
    /// <param name="block">The block.</param>
    /// <param name="row">Row of the first event.</param>
    /// <param name="line">1-based line of it.</param>
    /// <returns>Number of events delivered; the line behind them must be read as text.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Fixed(LineBlock block, int row, long line)
    {
        FixedRows parsed = block.Rows;
        ReadOnlySpan<FixedRow> rows = parsed.Rows[row..];
        ReadOnlySpan<TaskPrefix> prefixes = parsed.Prefixes;
        ReadOnlySpan<ulong> values = parsed.Values;
        MessageForm[] forms = parsed.Forms;
        int i = 0;
        for (; i < rows.Length && rows[i].Form >= 0; i++)
        {
            ref readonly FixedRow at = ref rows[i];
            if (!Fixed(forms[at.Form], prefixes[at.Prefix], at.Stamp, values.Slice(at.Value, FieldValues.MaxFields), block.Buffer, line + i))
            {
                break;
            }
        }
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Fixed(MessageForm form, TaskPrefix prefix, ulong stamp, ReadOnlySpan<ulong> values, byte[] text, long line)
    {
        TracepointTable.Entry entry = form.Entry ?? EntryOf(form);
        TaskRecord task = (TaskRecord)(prefix.Known ?? TaskOf(prefix));
        byte[] comm = prefix.Comm;
        byte[] shared = _state.Tasks.SeenAgain(task, comm, prefix.Tgid, unchecked((long)stamp));
        if (!ReferenceEquals(shared, comm))
        {
            // The columns of one task on two CPUs were read apart; from now on both name it by the same bytes.
            prefix.Comm = shared;
        }
        if (entry.Decode is not { } decode)
        {
            entry.Other++;
            OtherEventCount++;
            _ = Advance(prefix.Cpu, stamp, true);
            return true;
        }
        int slot = _order.Next();
        ref TraceEvent e = ref _order[slot];
        e.Clear();
        _context.Values.Take(form, values, text);
        if (!decode(_context.Values, ref e, _context))
        {
            return false;
        }
        if (form.HasTexts)
        {
            _context.Repair(RepairKind.PointerHashedOrRaw, _context.Values.Pointers);
        }
        long time = Advance(prefix.Cpu, stamp, true);
        e.TsNs = unchecked((long)stamp);
        Complete(slot, ref e, entry, task, prefix.Cpu, prefix.Tgid, comm.Length != 0, time, line);
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private TracepointTable.Entry EntryOf(MessageForm form) => form.Entry = _tracepoints.Find(form.Name);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private TaskRecord TaskOf(TaskPrefix prefix)
    {
        TaskRecord task = _state.Tasks.Of(prefix.Tid);
        prefix.Known = task;
        return task;
    }
}
