namespace SecondLook.Replay.Reference;

/// <summary>Resident pages in order of their next use, farthest first; of pages never used again the least recently used comes first.</summary>
/// <remarks>
/// Next uses are positions, hence distinct: pages with a future are a set of positions, and the farthest is its highest member. Pages without a
/// future wait in a queue in order of last use.
/// </remarks>
public sealed class FarthestUse
{
    private readonly ReadOnlyMemory<int> _next;
    private readonly PageQueue _dead;
    private readonly int[] _pageAt;
    private readonly PositionSet _future;

    /// <summary>Creates an empty set.</summary>
    /// <param name="requests">What is to come, with next positions.</param>
    public FarthestUse(RequestStream requests)
    {
        _next = requests.NextPositions;
        _dead = new PageQueue(new PageLinks(requests.Pages));
        _pageAt = new int[requests.Length];
        _future = new PositionSet(requests.Length);
    }

    /// <summary>Next use of the farthest page, <see cref="int.MaxValue"/> for never, -1 when no page is resident.</summary>
    public int Farthest => _dead.Count > 0 ? int.MaxValue : _future.Highest();

    /// <summary>A resident page is used.</summary>
    public void Use(int page, int position)
    {
        _future.Remove(position);
        Add(page, position);
    }

    /// <summary>A page becomes resident by its use at a position.</summary>
    public void Add(int page, int position)
    {
        int next = _next.Span[position];
        if (next == int.MaxValue)
        {
            _dead.Add(page);
            return;
        }
        _pageAt[next] = page;
        _future.Add(next);
    }

    /// <summary>Takes the farthest page out; some page must be resident.</summary>
    public int RemoveFarthest()
    {
        if (_dead.Count > 0)
        {
            return _dead.RemoveOldest();
        }
        int position = _future.Highest();
        _future.Remove(position);
        return _pageAt[position];
    }
}
