using SecondLook.Contracts.Catalogs;

namespace SecondLook.Replay.Reference;

/// <summary>Least recently used: the page whose last access is oldest leaves.</summary>
[CatalogEntry("lru", "reference: exact least recently used, sees every access")]
public sealed class Lru : IReferencePolicy
{
    private PageQueue _queue = new(new PageLinks(0));

    /// <inheritdoc/>
    public void Start(RequestStream requests, int capacity, ulong seed) => _queue = new PageQueue(new PageLinks(requests.Pages));

    /// <inheritdoc/>
    public void Hit(int page, int position) => _queue.Renew(page);

    /// <inheritdoc/>
    public int Miss(int page, int position, bool full)
    {
        int victim = full ? _queue.RemoveOldest() : -1;
        _queue.Add(page);
        return victim;
    }

    /// <inheritdoc/>
    public int Evict() => _queue.RemoveOldest();
}
