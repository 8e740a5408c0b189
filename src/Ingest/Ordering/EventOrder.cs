using System.Runtime.CompilerServices;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Meaning;

namespace SecondLook.Ingest.Ordering;

/// <summary>
/// Brings events into the global order (clock epoch, time, CPU, arrival) within a bounded window, and keeps each one until what it means is
/// settled. Input that is already in order is only counted, never moved.
/// </summary>
/// <remarks>
/// An event owns a slot from <see cref="Next"/> until it is emitted; the order is a list of slot numbers, so that sorting and waiting move
/// integers. The window is one second of trace time and at most <see cref="MaxCapacity"/> events; an event older than what has left the
/// window is kept where it came and counted as late.
/// </remarks>
internal sealed partial class EventOrder
{
    // Input that is in order needs no window; a small one stays in the cache, which is worth more than anything else here.
    private const int InitialCapacity = 1 << 9;

    /// <summary>Events in the window when the order of the input is not known beforehand.</summary>
    public const int UnknownOrderCapacity = 1 << 15;

    // Events that may pass while one of them waits to be settled.
    private const int WaitingCapacity = 1 << 16;

    // Tools round stamps to microseconds, so that events of two CPUs trade places by that much in any file.
    private const long RoundingNs = 1000;

    /// <summary>Most events in the window.</summary>
    public const int MaxCapacity = 1 << 20;

    // Slots beyond those of the largest window: a block takes fewer, and twice as many would be twice the memory.
    private const int SpareSlots = 1 << 12;
    private const int ManySlots = 1 << 16;

    private const long WindowNs = 1_000_000_000;
    private readonly IEventStep _step;
    private readonly DecodeContext _context;
    private TraceEvent[] _events = new TraceEvent[InitialCapacity];
    private Key[] _keys = new Key[InitialCapacity];
    private int _window = InitialCapacity;
    private int _reserved;
    private bool _holds;
    private int _holdEpoch;
    private long _holdTime;
    private int _lastEpoch;
    private long _lastTime;
    private int _lastCpu;
    // Tasks of the slots' events, as numbers: a reference in an array costs the collector's book-keeping at each write.
    private int[] _tasks = new int[InitialCapacity];
    private TaskRecord?[] _known = new TaskRecord?[16];
    private int _knownCount = 1;
    private bool[] _waiting = new bool[InitialCapacity];
    private int[] _free = new int[InitialCapacity];
    private int[] _order = new int[InitialCapacity];
    private int _freeCount;
    private int _waitingCount;
    private int _count;
    private int _processed;
    private long _largestStepBack;
    private Key _released;
    private bool _anyReleased;
    private long _arrival;

    /// <summary>Creates an empty window.</summary>
    /// <param name="step">What is done with events once they are in order.</param>
    /// <param name="context">Counts late events.</param>
    public EventOrder(IEventStep step, DecodeContext context)
    {
        _step = step;
        _context = context;
        for (int i = 0; i < InitialCapacity; i++)
        {
            _free[i] = InitialCapacity - 1 - i;
        }
        _freeCount = InitialCapacity;
    }

    /// <summary>Whether events that two streams of one capture both have are kept once.</summary>
    public bool Dedupe { get; set; }

    /// <summary>Keeps events of that time and later, because another input may still bring earlier ones.</summary>
    public void HoldFrom(int epoch, long time)
    {
        _holds = true;
        _holdEpoch = epoch;
        _holdTime = time;
    }

    /// <summary>No other input can bring earlier events any more.</summary>
    public void HoldNothing() => _holds = false;

    /// <summary>The slot that the next event is written to; it belongs to the event only after <see cref="Commit"/>.</summary>
    public int Next()
    {
        if (_freeCount == 0)
        {
            AddSlots();
        }
        return _free[_freeCount - 1];
    }

    /// <summary>Takes slots out for events that come later than others; each must be committed or given back.</summary>
    /// <param name="slots">Filled.</param>
    public void Take(Span<int> slots)
    {
        while (_freeCount < slots.Length)
        {
            AddSlots();
        }
        _freeCount -= slots.Length;
        _free.AsSpan(_freeCount, slots.Length).CopyTo(slots);
    }

    /// <summary>Gives slots back that were taken out and not committed.</summary>
    public void GiveBack(ReadOnlySpan<int> slots)
    {
        slots.CopyTo(_free.AsSpan(_freeCount));
        _freeCount += slots.Length;
    }

    /// <summary>The slots' events; another array once slots were asked for.</summary>
    public TraceEvent[] Events => _events;

    /// <summary>The event in a slot.</summary>
    public ref TraceEvent this[int slot] => ref _events[slot];

    /// <summary>The task of the event in a slot.</summary>
    public TaskRecord? TaskOf(int slot) => _known[_tasks[slot]];

    /// <summary>Slot of the event taken last, -1 once it may have left.</summary>
    public int LastTaken { get; private set; } = -1;

    /// <summary>Marks an event as not settled yet: it and all behind it stay until <see cref="Settle"/>.</summary>
    public void Wait(int slot)
    {
        _waiting[slot] = true;
        _waitingCount++;
    }

    /// <summary>Marks an event that waits as settled.</summary>
    public void Settle(int slot)
    {
        _waiting[slot] = false;
        _waitingCount--;
    }

    /// <summary>Takes the event in the slot of <see cref="Next"/> into the order.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="task">Task that ran it.</param>
    /// <param name="epoch">Clock epoch.</param>
    /// <param name="time">Time, never less than that of the same CPU's event before it in this epoch.</param>
    /// <param name="cpu">CPU, or -1.</param>
    public void Commit(int slot, TaskRecord? task, int epoch, long time, int cpu)
    {
        _freeCount--;
        CommitTaken(slot, task, epoch, time, cpu);
    }

    /// <summary>Takes the event in a slot of <see cref="Take"/> into the order; see <see cref="Commit"/>.</summary>
    public void CommitTaken(int slot, TaskRecord? task, int epoch, long time, int cpu)
    {
        if (_count >= _window)
        {
            Drain(false);
        }
        LastTaken = slot;
        // Field by field: a struct put together on the stack and copied whole would wait for its own parts.
        ref Key key = ref _keys[slot];
        key.Epoch = epoch;
        key.Time = time;
        key.Cpu = cpu;
        key.Arrival = _arrival++;
        _tasks[slot] = task is null ? 0 : NumberOf(task);
        _order[_count++] = slot;
        if (epoch == _lastEpoch && (time > _lastTime || (time == _lastTime && cpu >= _lastCpu)))
        {
            _lastTime = time;
            _lastCpu = cpu;
        }
        else
        {
            OutOfOrder(in key, _count - 1);
        }
    }

    /// <summary>Number of a task that is no null, for <see cref="CommitRows"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int NumberOf(TaskRecord task) => task.Number > 0 ? task.Number : Number(task);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Number(TaskRecord task)
    {
        if (_knownCount == _known.Length)
        {
            Array.Resize(ref _known, _knownCount * 2);
        }
        _known[_knownCount] = task;
        return task.Number = _knownCount++;
    }

    /// <summary>Processes and emits everything.</summary>
    public void Finish()
    {
        Drain(true);
        _step.Finish();
        Emit();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Drain(bool all)
    {
        if (!all && _window < _reserved)
        {
            _window *= 2;
            return;
        }
        LastTaken = -1;
        if (_misplacedCount > 0)
        {
            SortNew();
        }
        int release = _count;
        if (!all)
        {
            release = Releasable();
            if (release < _count / 2 && (_holds || _largestStepBack > RoundingNs) && _window < MaxCapacity)
            {
                _window *= 2;
                return;
            }
            release = Math.Max(release, _processed + ((_count - _processed + 1) / 2));
        }
        if (Dedupe)
        {
            release -= DropDuplicates(release);
        }
        if (release > _processed)
        {
            _step.Process(_events, _order.AsSpan(_processed, release - _processed));
            _released = _keys[_order[release - 1]];
            _anyReleased = true;
        }
        _processed = release;
        Emit();
        if (_count < _window)
        {
            return;
        }
        // The oldest event waits for its task to go on while others run: it may do so for long, but not for ever.
        if (_window < WaitingCapacity)
        {
            _window *= 2;
            return;
        }
        _step.SettleOldest();
        Emit();
    }

    // How far back events have come so far, with a margin, tells how long to wait for further ones.
    private int Releasable()
    {
        long window = _largestStepBack > WindowNs / 16 ? WindowNs : _largestStepBack * 16;
        Key horizon = new() { Epoch = _lastEpoch, Time = _lastTime - window, Cpu = -1 };
        if (_holds && (_holdEpoch, _holdTime).CompareTo((horizon.Epoch, horizon.Time)) < 0)
        {
            horizon = new() { Epoch = _holdEpoch, Time = _holdTime, Cpu = -1 };
        }
        int low = _processed;
        int high = _count;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (_keys[_order[middle]].Before(horizon))
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return low;
    }

    private void Emit()
    {
        int emitted = _waitingCount == 0 ? _processed : 0;
        while (emitted < _processed && !_waiting[_order[emitted]])
        {
            emitted++;
        }
        if (emitted > 0)
        {
            _step.Emit(_events, _order.AsSpan(0, emitted));
            // The slot used last is taken first again: it is still in the cache.
            _order.AsSpan(0, emitted).CopyTo(_free.AsSpan(_freeCount));
            _freeCount += emitted;
            Array.Copy(_order, emitted, _order, 0, _count - emitted);
            _count -= emitted;
            _processed -= emitted;
        }
    }

    /// <summary>Makes the window at least that large before anything leaves it; it grows as events come.</summary>
    public void Reserve(int capacity) => _reserved = Math.Max(_reserved, capacity);

    // There are more slots than the window has places: those that were taken out are not in it yet.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddSlots()
    {
        int before = _events.Length;
        // Past a few thousand straight to the most there can be: memory that is not written costs nothing, a copy of it does.
        int after = before < ManySlots ? before * 2 : Math.Max(before, MaxCapacity) + SpareSlots;
        Array.Resize(ref _events, after);
        Array.Resize(ref _keys, after);
        Array.Resize(ref _tasks, after);
        Array.Resize(ref _waiting, after);
        Array.Resize(ref _free, after);
        Array.Resize(ref _order, after);
        for (int slot = after - 1; slot >= before; slot--)
        {
            _free[_freeCount++] = slot;
        }
    }
}
