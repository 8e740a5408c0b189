using SecondLook.Contracts.Catalogs;

namespace SecondLook.Replay.Reference;

/// <summary>Generalized CLOCK: a hit adds to a small count, the hand takes one away, and the first page without a count leaves.</summary>
/// <remarks>
/// By hand, two pages fit: 0 0 0 1 2 3 0. Page 0 has a count of two when 2 comes; the hand takes one away and takes page 1. When 3 comes it takes the
/// other one away and takes page 2. The last request hits: four misses, where CLOCK, whose bit holds one use only, has five.
/// Source: Smith, "Sequentiality and prefetching in database systems", ACM TODS 1978.
/// </remarks>
[CatalogEntry("gclock", "reference: CLOCK with a count of up to three uses")]
public sealed class GeneralizedClock : IReferencePolicy
{
    private const int MostUses = 3;
    private PageQueue _queue = new(new PageLinks(0));
    private byte[] _uses = [];

    /// <inheritdoc/>
    public void Start(RequestStream requests, int capacity, ulong seed)
    {
        _queue = new PageQueue(new PageLinks(requests.Pages));
        _uses = new byte[requests.Pages];
    }

    /// <inheritdoc/>
    public void Hit(int page, int position) => _uses[page] = (byte)Math.Min(MostUses, _uses[page] + 1);

    /// <inheritdoc/>
    public int Miss(int page, int position, bool full)
    {
        int victim = full ? Evict() : -1;
        _uses[page] = 0;
        _queue.Add(page);
        return victim;
    }

    /// <inheritdoc/>
    public int Evict()
    {
        while (_uses[_queue.Oldest] > 0)
        {
            _uses[_queue.Oldest]--;
            _queue.Renew(_queue.Oldest);
        }
        return _queue.RemoveOldest();
    }
}
