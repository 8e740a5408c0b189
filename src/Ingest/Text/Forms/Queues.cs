using System.Numerics;

namespace SecondLook.Ingest.Text.Forms;

/// <summary>
/// Puts items (lines, rows) that are read by the same code into queues, so that those alike are read one after the other: by a loop that never
/// has to guess what the next one is.
/// </summary>
internal sealed class Queues
{
    // Item + 1; 0 where a queue is empty.
    private int[] _first = [];
    private int[] _used = [];
    private int[] _next = [];
    private int _usedCount;

    /// <summary>Numbers of the queues that got an item.</summary>
    public ReadOnlySpan<int> Used => _used.AsSpan(0, _usedCount);

    /// <summary>The item behind each item in its queue, or -1.</summary>
    public ReadOnlySpan<int> Next => _next;

    /// <summary>Makes room; all queues of before must have been taken.</summary>
    /// <param name="queues">Number of queues.</param>
    /// <param name="items">Number of items, numbered from 0.</param>
    public void Begin(int queues, int items)
    {
        _usedCount = 0;
        if (_first.Length < queues)
        {
            _first = new int[BitOperations.RoundUpToPowerOf2((uint)queues)];
            _used = new int[_first.Length + 1];
        }
        if (_next.Length < items)
        {
            _next = new int[BitOperations.RoundUpToPowerOf2((uint)items)];
        }
    }

    /// <summary>Puts an item before all others of its queue.</summary>
    public void Push(int queue, int item)
    {
        ref int first = ref _first[queue];
        // Written whether it is new or not, which costs no guess.
        _used[_usedCount] = queue;
        _usedCount += first == 0 ? 1 : 0;
        _next[item] = first - 1;
        first = item + 1;
    }

    /// <summary>Empties a queue.</summary>
    /// <returns>The item that was its first, or -1; those behind it are found by <see cref="Next"/>.</returns>
    public int Take(int queue)
    {
        int first = _first[queue] - 1;
        _first[queue] = 0;
        return first;
    }
}
