using SecondLook.Contracts.Events;
using SecondLook.Ingest.Meaning;
using SecondLook.Ingest.Ordering;
using SecondLook.Ingest.Text.Forms;

namespace SecondLook.Ingest;

/// <summary>What the events of one task on one CPU get, as long as none of them tells anything new of the task.</summary>
internal struct FixedTask
{
    /// <summary>The task.</summary>
    public TaskRecord Task;

    /// <summary>Columns that its events have: <see cref="TraceEvent.Present"/>.</summary>
    public ulong Present;

    /// <summary>Columns that an event must have to tell something new.</summary>
    public ulong News;

    /// <summary>String id of its name.</summary>
    public int Comm;

    /// <summary>Process, where its lines tell it.</summary>
    public int Tgid;

    /// <summary>CPU.</summary>
    public int Cpu;

    /// <summary>See <see cref="EventOrder.NumberOf"/>.</summary>
    public int Number;

    /// <summary>Whether its lines tell nothing new; if not, each must be looked at.</summary>
    public bool IsKnown;
}

/// <summary>The tasks of a block: looked at once, not at each of their lines.</summary>
/// <param name="tasks">Tasks of the host.</param>
/// <param name="order">Numbers them.</param>
internal sealed class FixedTasks(TaskTable tasks, EventOrder order)
{
    private FixedTask[] _tasks = new FixedTask[16];
    private StreamClock? _clock;
    private int _changes;

    /// <summary>The tasks, by <see cref="FixedRow.Prefix"/>.</summary>
    public FixedTask[] All => _tasks;

    /// <summary>Whether something was told of some thread since the tasks were looked at.</summary>
    public bool AreStale => _changes != tasks.Changes;

    /// <summary>Looks at all tasks of a block, unless nothing has changed since that was done.</summary>
    /// <param name="prefixes">The tasks as text has them.</param>
    /// <param name="clock">Clock of the stream.</param>
    /// <param name="isNew">Whether the block is another one.</param>
    public void Look(ReadOnlySpan<TaskPrefix> prefixes, StreamClock clock, bool isNew)
    {
        if (!isNew && !AreStale && clock == _clock)
        {
            return;
        }
        if (_tasks.Length < prefixes.Length)
        {
            _tasks = new FixedTask[prefixes.Length * 2];
        }
        _clock = clock;
        _changes = tasks.Changes;
        for (int i = 0; i < prefixes.Length; i++)
        {
            Look(i, prefixes[i]);
        }
    }

    /// <summary>Looks at one task again.</summary>
    public void Look(int index, TaskPrefix prefix)
    {
        ref FixedTask to = ref _tasks[index];
        to.IsKnown = false;
        if (prefix.Known is not TaskRecord task)
        {
            // Its lines may turn out not to be of the forms that they look like; then there is no such task.
            return;
        }
        bool named = prefix.Comm.Length > 0;
        to.Task = task;
        to.Comm = task.CommId;
        to.Tgid = prefix.Tgid;
        to.Cpu = prefix.Cpu;
        to.Number = order.NumberOf(task);
        to.Present = TraceEvent.PlaceAndTime | 1UL << (int)EventColumn.Cpu | 1UL << (int)EventColumn.Tid
            | (named ? 1UL << (int)EventColumn.Comm : 0) | (prefix.Tgid >= 0 ? 1UL << (int)EventColumn.Tgid : 0);
        to.News = task.Vcpu < 0 && !task.IsVmm ? 1UL << (int)EventColumn.Vcpu : 0;
        // Names are compared as arrays: equal ones are the same one from the second sight on.
        to.IsKnown = (!named || (ReferenceEquals(task.LastComm, prefix.Comm) && !task.NameIsDamaged))
            && (prefix.Tgid < 0 || prefix.Tgid == task.Tgid)
            && !(task.IsVmm && !task.IsProcessSeen && task.Tgid >= 0)
            && task.FromNs != long.MinValue
            && _clock!.Has(prefix.Cpu);
    }

    /// <summary>The thread of a task.</summary>
    public TaskRecord Find(TaskPrefix prefix)
    {
        if (prefix.Known is TaskRecord known)
        {
            return known;
        }
        TaskRecord task = tasks.Of(prefix.Tid);
        prefix.Known = task;
        return task;
    }
}
