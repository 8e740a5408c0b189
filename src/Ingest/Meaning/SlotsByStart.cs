using System.Runtime.InteropServices;

namespace SecondLook.Ingest.Meaning;

/// <summary>Memslots in the order of where they begin, in host bytes or in guest frames; equal starts in the order in which they came.</summary>
/// <remarks>The starts lie in an array of their own, so that a search touches nothing else.</remarks>
internal sealed class SlotsByStart
{
    private readonly List<ulong> _starts = [];
    private readonly List<MemslotSpan> _slots = [];

    /// <summary>Number of slots.</summary>
    public int Count => _slots.Count;

    /// <summary>A slot by its place in the order.</summary>
    public MemslotSpan this[int place] => _slots[place];

    /// <summary>Adds a slot.</summary>
    /// <param name="start">Where it begins.</param>
    /// <param name="slot">The slot.</param>
    public void Add(ulong start, MemslotSpan slot)
    {
        int place = FirstAbove(start);
        _starts.Insert(place, start);
        _slots.Insert(place, slot);
    }

    /// <summary>Takes a slot out.</summary>
    /// <param name="start">Where it begins.</param>
    /// <param name="slot">The slot.</param>
    public void Remove(ulong start, MemslotSpan slot)
    {
        for (int place = FirstFrom(start); place < Count && _starts[place] == start; place++)
        {
            if (ReferenceEquals(_slots[place], slot))
            {
                _starts.RemoveAt(place);
                _slots.RemoveAt(place);
                return;
            }
        }
    }

    /// <summary>Place of the first slot that begins at an address or above it; <see cref="Count"/> when there is none.</summary>
    public int FirstFrom(ulong start) => start == 0 ? 0 : FirstAbove(start - 1);

    /// <summary>Place of the first slot that begins above an address; <see cref="Count"/> when there is none.</summary>
    public int FirstAbove(ulong start)
    {
        ReadOnlySpan<ulong> starts = CollectionsMarshal.AsSpan(_starts);
        int low = 0;
        int high = starts.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = starts[middle] <= start ? (middle + 1, high) : (low, middle);
        }
        return low;
    }
}
