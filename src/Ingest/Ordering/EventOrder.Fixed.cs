using System.Runtime.CompilerServices;
using SecondLook.Ingest.Text.Forms;

namespace SecondLook.Ingest.Ordering;

// Many events at once: what changes from one to the next stays in registers.
internal sealed partial class EventOrder
{
    /// <summary>Takes events in slots of <see cref="Take"/> into the order, as <see cref="CommitTaken"/> does one by one.</summary>
    /// <param name="rows">Their rows: their stamps are their times.</param>
    /// <param name="slots">Their slots, by row; a row without an event has a negative one.</param>
    /// <param name="tasks">Tasks that rows name.</param>
    /// <param name="epoch">Clock epoch.</param>
    /// <returns>How many there were.</returns>
    public int CommitRows(ReadOnlySpan<FixedRow> rows, ReadOnlySpan<int> slots, FixedTask[] tasks, int epoch)
    {
        int taken = 0;
        for (int i = 0; i < rows.Length;)
        {
            if (_count >= _window)
            {
                Drain(false);
            }
            i += CommitSome(rows[i..], slots[i..], tasks, epoch, ref taken);
        }
        return taken;
    }

    // As many as the window has places for.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int CommitSome(ReadOnlySpan<FixedRow> rows, ReadOnlySpan<int> slots, FixedTask[] tasks, int epoch, ref int taken)
    {
        int[] order = _order;
        int[] numbers = _tasks;
        Key[] keys = _keys;
        int first = _count;
        int end = _window;
        int count = first;
        long arrival = _arrival - first;
        long lastTime = epoch == _lastEpoch ? _lastTime : long.MaxValue;
        int lastCpu = _lastCpu;
        int i = 0;
        for (; i < rows.Length && i < slots.Length && count < end; i++)
        {
            int slot = slots[i];
            if (slot < 0)
            {
                continue;
            }
            ref FixedTask task = ref tasks[rows[i].Prefix];
            int cpu = task.Cpu;
            long time = unchecked((long)rows[i].Stamp);
            ref Key key = ref keys[slot];
            key.Time = time;
            key.Arrival = arrival + count;
            key.Epoch = epoch;
            key.Cpu = cpu;
            numbers[slot] = task.Number;
            order[count++] = slot;
            if (time > lastTime || (time == lastTime && cpu >= lastCpu))
            {
                lastTime = time;
                lastCpu = cpu;
                continue;
            }
            if (lastTime != long.MaxValue)
            {
                _lastTime = lastTime;
                _lastCpu = lastCpu;
            }
            OutOfOrder(in key, count - 1);
            lastTime = epoch == _lastEpoch ? _lastTime : long.MaxValue;
            lastCpu = _lastCpu;
        }
        if (count > first)
        {
            LastTaken = order[count - 1];
        }
        _arrival = arrival + count;
        _count = count;
        if (lastTime != long.MaxValue)
        {
            _lastTime = lastTime;
            _lastCpu = lastCpu;
        }
        taken += count - first;
        return i;
    }
}
