using System.Runtime.CompilerServices;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Ordering;

namespace SecondLook.Ingest.Meaning;

/// <summary>
/// Asks the memory for the leaf states of SPTE changes before their turn comes: frames of one pass lie side by side, but those of faults and
/// clears all over the table.
/// </summary>
/// <param name="leaves">The table.</param>
/// <param name="memslots">Tells how many VMs there are.</param>
internal sealed class LookAhead(LeafTable leaves, MemslotMap memslots)
{
    // Changes between asking for an entry's place and looking at the entry; half of them between asking for its state and that.
    private const int Distance = 8;
    private readonly ulong[] _keys = new ulong[Distance];
    private TraceEvent[] _events = [];
    private EventOrder _order = null!;
    private int[] _changes = [];
    private int _count;
    private int _next;

    /// <summary>Begins a batch.</summary>
    /// <param name="events">Where events are.</param>
    /// <param name="slots">Which of them come, in order.</param>
    /// <param name="order">Knows their tasks.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Begin(TraceEvent[] events, ReadOnlySpan<int> slots, EventOrder order)
    {
        _order = order;
        _events = events;
        if (_changes.Length < slots.Length)
        {
            _changes = new int[events.Length];
        }
        int[] changes = _changes;
        int count = 0;
        foreach (int slot in slots)
        {
            // Written whether it is one or not, which costs no guess.
            changes[count] = slot;
            count += events[slot].Kind == TraceEventKind.SpteChange ? 1 : 0;
        }
        _count = count;
        _next = 0;
        for (int i = 0; i < Distance && i < count; i++)
        {
            AskPlace(i);
        }
    }

    /// <summary>The next change of the batch is about to be looked at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Next()
    {
        int at = _next++;
        if (at + (Distance / 2) < _count)
        {
            leaves.PrefetchState(_keys[(at + (Distance / 2)) & (Distance - 1)]);
        }
        if (at + Distance < _count)
        {
            AskPlace(at + Distance);
        }
    }

    private void AskPlace(int at)
    {
        int slot = _changes[at];
        ref TraceEvent e = ref _events[slot];
        ulong key = LeafTable.KeyOf(LikelyVm(_order.TaskOf(slot)), e.AsId, e.Level, e.Gfn);
        _keys[at & (Distance - 1)] = key;
        leaves.PrefetchPlace(key);
    }

    // Looking ahead must not number VMs: that is for events when their turn comes. A wrong guess costs nothing but time.
    private int LikelyVm(TaskRecord? task) => memslots.VmCount == 1 ? 0 : task is null ? -1 : task.Vm >= 0 ? task.Vm : task.ProcessVm;
}
