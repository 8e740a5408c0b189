using SecondLook.Contracts.Catalogs;

namespace SecondLook.Replay.Reference;

/// <summary>First in, first out: hits change nothing.</summary>
[CatalogEntry("fifo", "reference: first in, first out")]
public sealed class Fifo : IReferencePolicy
{
    private PageQueue _queue = new(new PageLinks(0));

    /// <inheritdoc/>
    public void Start(RequestStream requests, int capacity, ulong seed) => _queue = new PageQueue(new PageLinks(requests.Pages));

    /// <inheritdoc/>
    public void Hit(int page, int position)
    {
    }

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
