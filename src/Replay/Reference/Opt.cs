using SecondLook.Contracts.Catalogs;

namespace SecondLook.Replay.Reference;

/// <summary>Belady's optimum: the page whose next use lies farthest in the future leaves; among pages never used again the least recently used.</summary>
/// <remarks>
/// Next uses are positions, hence distinct: resident pages with a future are a set of positions, and the victim is the highest. Pages
/// without a future wait in a queue in order of last use.
/// Source: Belady, "A study of replacement algorithms for a virtual-storage computer", IBM Systems Journal 1966.
/// </remarks>
[CatalogEntry("opt", "reference: Belady's optimum, sees the future")]
public sealed class Opt : IReferencePolicy
{
    private RequestStream _requests = new(0, 0, default);
    private PageQueue _dead = new(new PageLinks(0));
    private int[] _pageAt = [];
    private PositionSet _future = new(0);

    /// <inheritdoc/>
    public void Start(RequestStream requests, int capacity, ulong seed)
    {
        _requests = requests;
        _dead = new PageQueue(new PageLinks(requests.Pages));
        _pageAt = new int[requests.Length];
        _future = new PositionSet(requests.Length);
    }

    /// <inheritdoc/>
    public void Hit(int page, int position)
    {
        _future.Remove(position);
        Place(page, position);
    }

    /// <inheritdoc/>
    public int Miss(int page, int position, bool full)
    {
        int victim = full ? Evict() : -1;
        Place(page, position);
        return victim;
    }

    /// <inheritdoc/>
    public int Evict()
    {
        if (_dead.Count > 0)
        {
            return _dead.RemoveOldest();
        }
        int position = _future.Highest();
        _future.Remove(position);
        return _pageAt[position];
    }

    private void Place(int page, int position)
    {
        int next = _requests.Next[position];
        if (next == int.MaxValue)
        {
            _dead.Add(page);
            return;
        }
        _pageAt[next] = page;
        _future.Add(next);
    }
}
