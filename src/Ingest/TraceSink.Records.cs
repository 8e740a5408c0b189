using System.Runtime.CompilerServices;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Meaning;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest;

// Binary containers: records instead of lines, several streams side by side in one file, streams of guests.
internal sealed partial class TraceSink
{
    private readonly Dictionary<int, TaskTable> _guestTasks = [];

    /// <summary>Delivers a record whose fields are in <see cref="DecodeContext.Values"/>.</summary>
    /// <param name="header">Task, CPU and time.</param>
    /// <param name="comm">Array that the name in the header is of, the same one every time; null when there is none.</param>
    /// <param name="entry">The tracepoint, a known one.</param>
    /// <param name="rawStamp">Time as recorded, before shifts.</param>
    /// <param name="number">Record number, from 1.</param>
    /// <param name="offset">Offset of the record.</param>
    /// <param name="raw">The record, for quarantine.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Record(
        scoped in LineHeader header, byte[]? comm, TracepointTable.Entry entry, ulong rawStamp, long number, long offset, ReadOnlySpan<byte> raw)
    {
        TaskRecord? task;
        if (comm is not null && header.Tid >= 0 && header.StampIsNs && header.HasTime)
        {
            task = _tasks.Of(header.Tid);
            _tasks.SeenAgain(task, comm, header.Tgid, unchecked((long)header.Stamp));
        }
        else
        {
            task = TaskOf(header);
        }
        int slot = _order.Next();
        ref TraceEvent e = ref _order[slot];
        e.Clear();
        if (!entry.Decode!(_context.Values, ref e, _context))
        {
            entry.Failed++;
            _state.Quarantine.Add(_fileNo, number, offset, "malformed_event", raw);
            return;
        }
        if (e.Kind == TraceEventKind.Identity && Stream.IsGuest)
        {
            OtherEvent(entry, header);
            return;
        }
        if (header.StampIsNs && rawStamp != header.Stamp)
        {
            e.TsRaw = rawStamp;
        }
        Complete(slot, ref e, header, entry, task, number);
    }

    /// <summary>Delivers a record that no tracepoint reads; it is counted, and a mark among them is looked at.</summary>
    public void OtherRecord(scoped in LineHeader header, TracepointTable.Entry entry)
    {
        _ = TaskOf(header);
        OtherEvent(entry, header);
    }

    private TaskRecord? TaskOf(scoped in LineHeader header) =>
        header.Tid < 0 ? null : _tasks.Seen(header.Tid, header.Comm, header.Tgid, header.StampIsNs && header.HasTime, unchecked((long)header.Stamp));

    // Threads of a guest have ids and names of their own, which must not be taken for the host's.
    private TaskTable TasksOf(int stream)
    {
        if (!_state.Streams[stream].IsGuest)
        {
            return _state.Tasks;
        }
        if (!_guestTasks.TryGetValue(stream, out TaskTable? tasks))
        {
            tasks = new TaskTable(_state.Strings);
            _guestTasks.Add(stream, tasks);
        }
        return tasks;
    }
}
