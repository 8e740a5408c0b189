namespace SecondLook.Replay.Reference;

/// <summary>Exact misses of LRU at every size, from one pass over the requests.</summary>
/// <remarks>Source: Mattson and others, "Evaluation techniques for storage hierarchies", IBM Systems Journal 1970 (LRU has the stack property).</remarks>
public sealed class LruCurve
{
    private readonly long[] _misses;

    private LruCurve(long[] misses) => _misses = misses;

    /// <summary>Distinct pages; from this size on only first requests miss.</summary>
    public int Pages => _misses.Length - 1;

    /// <summary>Makes the curve of a list of requests.</summary>
    /// <param name="list">Requests.</param>
    public static LruCurve Of(PageList list)
    {
        long[] atDistance = new long[list.Pages + 1];
        StackDistances stack = new(list.Pages);
        foreach (int page in list.Requests)
        {
            atDistance[stack.Request(page)]++;
        }
        // Hits at exactly one distance become misses of every smaller size; first requests stand at distance 0 and miss always.
        long misses = atDistance[0];
        for (int size = list.Pages; size >= 0; size--)
        {
            long hits = size == 0 ? 0 : atDistance[size];
            atDistance[size] = misses;
            misses += hits;
        }
        return new LruCurve(atDistance);
    }

    /// <summary>Misses at a size, first requests included.</summary>
    /// <param name="capacity">Pages that fit; at least 1.</param>
    public long Misses(long capacity) => _misses[Math.Min(capacity, Pages)];

    /// <summary>Sizes at which fewer requests miss than at the size below, ascending; the first is 1.</summary>
    public List<int> Steps()
    {
        List<int> steps = [];
        for (int size = 1; size <= Pages; size++)
        {
            if (size == 1 || _misses[size] != _misses[size - 1])
            {
                steps.Add(size);
            }
        }
        return steps;
    }
}
