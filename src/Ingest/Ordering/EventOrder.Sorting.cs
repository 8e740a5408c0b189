using System.Runtime.CompilerServices;

namespace SecondLook.Ingest.Ordering;

// What is out of order is noted when it comes, so that the rest is never looked at again.
internal sealed partial class EventOrder
{
    // Places in the order of events that came too late to stand there, in ascending order.
    private int[] _misplaced = new int[64];
    private int _misplacedCount;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void OutOfOrder(in Key key, int place)
    {
        Key last = new() { Epoch = _lastEpoch, Time = _lastTime, Cpu = _lastCpu, Arrival = long.MaxValue };
        if (!key.Before(last))
        {
            _lastEpoch = key.Epoch;
            _lastTime = key.Time;
            _lastCpu = key.Cpu;
            return;
        }
        if (_misplacedCount == _misplaced.Length)
        {
            Array.Resize(ref _misplaced, _misplacedCount * 2);
        }
        _misplaced[_misplacedCount++] = place;
        _largestStepBack = key.Epoch == _lastEpoch ? Math.Max(_largestStepBack, _lastTime - key.Time) : WindowNs;
        if (_anyReleased && key.Before(_released))
        {
            _context.Repair(RepairKind.LateEvent);
        }
    }

    // Nearly everything is in order: events of one microsecond on two CPUs trade places. Only real disorder is worth a full sort.
    private void SortNew()
    {
        int length = _count - _processed;
        long budget = (long)length * 8;
        foreach (int place in _misplaced.AsSpan(0, _misplacedCount))
        {
            int slot = _order[place];
            int at = place;
            while (at > _processed && _keys[slot].Before(_keys[_order[at - 1]]))
            {
                _order[at] = _order[at - 1];
                at--;
                if (--budget < 0)
                {
                    _order[at] = slot;
                    SortAll(length);
                    return;
                }
            }
            _order[at] = slot;
        }
        _misplacedCount = 0;
    }

    private void SortAll(int length)
    {
        Key[] keys = new Key[length];
        for (int i = 0; i < length; i++)
        {
            keys[i] = _keys[_order[_processed + i]];
        }
        int[] slots = _order.AsSpan(_processed, length).ToArray();
        Array.Sort(keys, slots);
        slots.CopyTo(_order, _processed);
        _misplacedCount = 0;
    }

    private struct Key : IComparable<Key>
    {
        public long Time;
        public long Arrival;
        public int Epoch;
        public int Cpu;

        public readonly bool Before(in Key other) =>
            Epoch != other.Epoch ? Epoch < other.Epoch
            : Time != other.Time ? Time < other.Time
            : Cpu != other.Cpu ? Cpu < other.Cpu
            : Arrival < other.Arrival;

        public readonly int CompareTo(Key other) => Before(other) ? -1 : other.Before(this) ? 1 : 0;
    }
}
