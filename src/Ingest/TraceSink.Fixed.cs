using System.Runtime.CompilerServices;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Meaning;
using SecondLook.Ingest.Text;
using SecondLook.Ingest.Text.Forms;

namespace SecondLook.Ingest;

// Events of the fast path: fixed forms have found task, stamp and values already.
internal sealed partial class TraceSink
{
    private readonly FixedEvents _fixed;
    private readonly FixedTasks _fixedTasks;

    /// <summary>Delivers events that fixed forms have read, up to a line that they have not.</summary>
    /// <param name="block">The block.</param>
    /// <param name="row">Row of the first event.</param>
    /// <param name="line">1-based line of it.</param>
    /// <returns>Number of events delivered; the line behind them must be read as text.</returns>
    public int Fixed(LineBlock block, int row, long line)
    {
        FixedRows rows = block.Rows;
        bool isNew = !rows.AreDecoded;
        if (isNew)
        {
            _fixed.Decode(rows, block.Buffer);
        }
        _fixedTasks.Look(rows.Prefixes, _clock!, isNew);
        int at = row;
        line -= row;
        while (true)
        {
            at = Usual(rows, at, line);
            if (at == rows.Count || rows.Rows[at].Form < 0)
            {
                return at - row;
            }
            Unusual(rows, at, line + at);
            at++;
        }
    }

    // Rows that tell nothing new of their task, with a clock that goes on: first what each event is given, then its place in the order.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Usual(FixedRows parsed, int from, long line)
    {
        ReadOnlySpan<FixedRow> rows = parsed.Rows;
        ReadOnlySpan<int> slots = _fixed.Slots[..rows.Length];
        FixedTask[] tasks = _fixedTasks.All;
        TraceEvent[] events = _order.Events;
        Span<StreamClock.CpuStamps> cpus = _clock!.Cpus;
        bool votes = !_facts.Sptes.IsSettled;
        short epoch = (short)_epoch;
        short stream = (short)_stream;
        short fileNo = (short)_fileNo;
        int i = from;
        for (; i < rows.Length; i++)
        {
            ref readonly FixedRow row = ref rows[i];
            if (row.Form < 0)
            {
                break;
            }
            ref FixedTask task = ref tasks[row.Prefix];
            if (!task.IsKnown)
            {
                break;
            }
            ref StreamClock.CpuStamps stamps = ref cpus[task.Cpu + 1];
            if (row.Stamp - stamps.Latest > ForwardLimitNs | row.Stamp > long.MaxValue)
            {
                break;
            }
            int slot = slots[i];
            if (slot < 0)
            {
                if (slot < FixedEvents.None && IdentityEvents.IsNews(_state, ref events[FixedEvents.IdentitySlot(slot)]))
                {
                    break;
                }
                stamps.Latest = row.Stamp;
                stamps.Before = row.Stamp;
                task.Task.ToNs = unchecked((long)row.Stamp);
                WithoutRow(slot, parsed.Forms[row.Form], task.Task);
                continue;
            }
            ref TraceEvent e = ref events[slot];
            if ((e.Present & task.News) != 0 || (votes && e.Kind == TraceEventKind.SpteChange))
            {
                break;
            }
            stamps.Latest = row.Stamp;
            stamps.Before = row.Stamp;
            task.Task.ToNs = unchecked((long)row.Stamp);
            e.SetPlaceTimeAndTask(
                task.Present, epoch, stream, fileNo, line + i, unchecked((long)row.Stamp), (short)task.Cpu, task.Task.Tid, task.Comm, task.Tgid);
        }
        if (i > from)
        {
            _clock.Took(rows[i - 1].Stamp);
            _eventCount += _order.CommitRows(rows[from..i], slots[from..i], tasks, epoch);
        }
        return i;
    }

    // The first row of a task or of a CPU, one whose clock steps, one that names a vCPU for the first time, and the like.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Unusual(FixedRows rows, int at, long line)
    {
        ref readonly FixedRow row = ref rows.Rows[at];
        TaskPrefix prefix = rows.Prefixes[row.Prefix];
        TaskRecord task = _fixedTasks.Find(prefix);
        byte[] comm = prefix.Comm;
        byte[] shared = _state.Tasks.SeenAgain(task, comm, prefix.Tgid, unchecked((long)row.Stamp));
        if (!ReferenceEquals(shared, comm))
        {
            // The columns of one task on two CPUs were read apart; from now on both name it by the same bytes.
            prefix.Comm = shared;
        }
        long time = Advance(prefix.Cpu, row.Stamp, true);
        int slot = _fixed.Slots[at];
        if (slot < 0)
        {
            WithoutRow(slot, rows.Forms[row.Form], task);
        }
        else
        {
            ref TraceEvent e = ref _order[slot];
            e.SetOrigin((short)_epoch, (short)_stream, (short)_fileNo, line, e.Src);
            e.TsNs = unchecked((long)row.Stamp);
            SetWhatIsKnown(ref e, task, prefix.Cpu, comm.Length != 0);
            AddTask(ref e, task, prefix.Tgid, comm.Length != 0);
            if (e.Kind == TraceEventKind.SpteChange && !_facts.Sptes.IsSettled)
            {
                Vote(ref e);
            }
            _eventCount++;
            _order.CommitTaken(slot, task, _epoch, time, prefix.Cpu);
        }
        _fixedTasks.Look(rows.Prefixes, _clock!, false);
        _fixedTasks.Look(row.Prefix, prefix);
    }

    // An event that no tracepoint reads, or one that tells of threads only.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void WithoutRow(int slot, MessageForm form, TaskRecord task)
    {
        TracepointTable.Entry entry = form.Entry ??= _tracepoints.Find(form.Name);
        if (slot == FixedEvents.None)
        {
            entry.Other++;
            OtherEventCount++;
            return;
        }
        slot = FixedEvents.IdentitySlot(slot);
        TakeIdentity(ref _order[slot], entry, task);
        _order.GiveBack([slot]);
    }
}
