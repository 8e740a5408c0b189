using SecondLook.Contracts.Catalogs;

namespace SecondLook.Replay.Reference;

/// <summary>Belady's optimum where the page just missed is a candidate too: if it is used again last of all, it does not stay.</summary>
[CatalogEntry("opt_bypass", "reference: Belady's optimum that may leave the missed page out")]
public sealed class OptBypass : IReferencePolicy
{
    private FarthestUse _pages = new(new RequestStream(0, 0, default));
    private RequestStream _requests = new(0, 0, default);

    /// <inheritdoc/>
    public bool LooksAhead => true;

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
        int victim = -1;
        if (full)
        {
            // Between two pages that are never used again the less recently used one leaves, which the missed page is not.
            int next = _requests.Next[position];
            if (next > _pages.Farthest)
            {
                return page;
            }
            victim = Evict();
        }
        _pages.Add(page, position);
        return victim;
    }

    /// <inheritdoc/>
    public int Evict() => _pages.RemoveFarthest();
}
