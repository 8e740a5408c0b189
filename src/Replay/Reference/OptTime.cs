using SecondLook.Contracts.Catalogs;

namespace SecondLook.Replay.Reference;

/// <summary>The optimum of proactive reclaim: pages that are not used within a horizon may go, farthest next use first; no other page does.</summary>
/// <remarks>
/// It has no capacity of its own. Where a capacity is set all the same, a miss in a full memory takes the page with the farthest next use, as
/// <see cref="Opt"/> does.
/// </remarks>
[CatalogEntry("opt_time", "reference: sees the future, frees only pages not used within the horizon")]
public sealed class OptTime : ITimedPolicy
{
    private FarthestUse _pages = new(new RequestStream(0, 0, default));
    private RequestStream _requests = new(0, 0, default);

    /// <inheritdoc/>
    public bool LooksAhead => true;

    /// <inheritdoc/>
    public bool HasCapacity => false;

    /// <inheritdoc/>
    public void Start(RequestStream requests, int capacity, ulong seed)
    {
        _requests = requests;
        _pages = new FarthestUse(requests);
    }

    /// <inheritdoc/>
    public void Hit(int page, int position) => _pages.Use(page, position);

    /// <inheritdoc/>
    public int Miss(int page, int position, bool full)
    {
        int victim = full ? Evict() : -1;
        _pages.Add(page, position);
        return victim;
    }

    /// <inheritdoc/>
    public int Evict() => _pages.RemoveFarthest();

    /// <inheritdoc/>
    public int EvictCold(long nowNs, long horizonNs)
    {
        int next = _pages.Farthest;
        // Written as a difference so that a horizon without end overflows nothing.
        bool cold = next == int.MaxValue || (next >= 0 && _requests.TimesNs[next] - nowNs > horizonNs);
        return cold ? _pages.RemoveFarthest() : -1;
    }
}
