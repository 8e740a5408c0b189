using SecondLook.Contracts.Catalogs;

namespace SecondLook.Replay.Reference;

/// <summary>First in, first out: hits change nothing.</summary>
[CatalogEntry("fifo", "reference: first in, first out")]
public sealed class Fifo : IWholeListPolicy
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

    /// <inheritdoc/>
    public long CountMisses(PageList list, int capacity)
    {
        // Pages in order of insertion, around; a bit a page says whether it is resident.
        int[] ring = new int[Math.Min(capacity, Math.Max(1, list.Pages))];
        ulong[] resident = new ulong[(list.Pages >> 6) + 1];
        int at = 0;
        int count = 0;
        long misses = 0;
        foreach (int page in list.Requests)
        {
            ref ulong word = ref resident[page >> 6];
            ulong bit = 1UL << (page & 63);
            if ((word & bit) != 0)
            {
                continue;
            }
            misses++;
            word |= bit;
            if (count == ring.Length)
            {
                resident[ring[at] >> 6] &= ~(1UL << (ring[at] & 63));
            }
            else
            {
                count++;
            }
            ring[at] = page;
            at = at + 1 == ring.Length ? 0 : at + 1;
        }
        return misses;
    }
}
