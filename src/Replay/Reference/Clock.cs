using SecondLook.Contracts.Catalogs;

namespace SecondLook.Replay.Reference;

/// <summary>CLOCK: a hit sets a bit; the hand clears set bits and takes the first page whose bit is clear.</summary>
/// <remarks>
/// A queue stands for the ring: a page that the hand spares goes to the newest end, and so does the page that replaces a victim. While every
/// victim is replaced at once the two give the same victims; the ring's frames fill in order, and a new page's bit is clear.
/// </remarks>
[CatalogEntry("clock", "reference: CLOCK with one reference bit")]
public sealed class Clock : IWholeListPolicy
{
    private PageQueue _queue = new(new PageLinks(0));
    private bool[] _used = [];

    /// <inheritdoc/>
    public void Start(RequestStream requests, int capacity, ulong seed)
    {
        _queue = new PageQueue(new PageLinks(requests.Pages));
        _used = new bool[requests.Pages];
    }

    /// <inheritdoc/>
    public void Hit(int page, int position) => _used[page] = true;

    /// <inheritdoc/>
    public int Miss(int page, int position, bool full)
    {
        int victim = full ? Evict() : -1;
        _used[page] = false;
        _queue.Add(page);
        return victim;
    }

    /// <inheritdoc/>
    public int Evict()
    {
        while (_used[_queue.Oldest])
        {
            _used[_queue.Oldest] = false;
            _queue.Renew(_queue.Oldest);
        }
        return _queue.RemoveOldest();
    }

    /// <inheritdoc/>
    public long CountMisses(PageList list, int capacity)
    {
        const byte Clear = 1;
        const byte Set = 2;
        // The ring of frames itself: its hand stands still on a hit, and a victim's frame takes the new page.
        int[] ring = new int[Math.Min(capacity, Math.Max(1, list.Pages))];
        byte[] bits = new byte[list.Pages];
        int hand = 0;
        int count = 0;
        long misses = 0;
        foreach (int page in list.Requests)
        {
            ref byte bit = ref bits[page];
            if (bit != 0)
            {
                bit = Set;
                continue;
            }
            misses++;
            if (count < ring.Length)
            {
                ring[count++] = page;
                bit = Clear;
                continue;
            }
            while (bits[ring[hand]] == Set)
            {
                bits[ring[hand]] = Clear;
                hand = hand + 1 == ring.Length ? 0 : hand + 1;
            }
            bits[ring[hand]] = 0;
            ring[hand] = page;
            bit = Clear;
            hand = hand + 1 == ring.Length ? 0 : hand + 1;
        }
        return misses;
    }
}
