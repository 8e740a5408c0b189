using SecondLook.Contracts.Catalogs;

namespace SecondLook.Replay.Reference;

/// <summary>SIEVE: insertion at the newest end; a hand moves from the oldest end toward newer pages, clearing bits, and takes the first unvisited page.</summary>
[CatalogEntry("sieve", "reference: SIEVE, a hand that leaves survivors in place")]
public sealed class Sieve : IWholeListPolicy
{
    private PageQueue _queue = new(new PageLinks(0));
    private bool[] _visited = [];
    private int _hand = PageLinks.None;

    /// <inheritdoc/>
    public void Start(RequestStream requests, int capacity, ulong seed)
    {
        _queue = new PageQueue(new PageLinks(requests.Pages));
        _visited = new bool[requests.Pages];
        _hand = PageLinks.None;
    }

    /// <inheritdoc/>
    public void Hit(int page, int position) => _visited[page] = true;

    /// <inheritdoc/>
    public int Miss(int page, int position, bool full)
    {
        int victim = full ? Evict() : -1;
        _visited[page] = false;
        _queue.Add(page);
        return victim;
    }

    /// <inheritdoc/>
    public int Evict()
    {
        int page = _hand >= 0 ? _hand : _queue.Oldest;
        while (_visited[page])
        {
            _visited[page] = false;
            page = _queue.NewerThan(page) >= 0 ? _queue.NewerThan(page) : _queue.Oldest;
        }
        _hand = _queue.NewerThan(page);
        _queue.Remove(page);
        return page;
    }

    /// <inheritdoc/>
    public long CountMisses(PageList list, int capacity)
    {
        const byte Unvisited = 1;
        const byte Visited = 2;
        // Pages stand in an array in order of insertion, victims leave holes, and the holes are closed when the array is full.
        int[] order = new int[(2 * Math.Min(capacity, Math.Max(1, list.Pages))) + 1];
        byte[] bits = new byte[list.Pages];
        int room = capacity;
        int end = 0;
        int hand = 0;
        long misses = 0;
        foreach (int page in list.Requests)
        {
            ref byte bit = ref bits[page];
            if (bit != 0)
            {
                bit = Visited;
                continue;
            }
            misses++;
            if (room > 0)
            {
                room--;
            }
            else
            {
                int at = hand;
                while (order[at] < 0 || bits[order[at]] == Visited)
                {
                    if (order[at] >= 0)
                    {
                        bits[order[at]] = Unvisited;
                    }
                    at = at + 1 == end ? 0 : at + 1;
                }
                bits[order[at]] = 0;
                order[at] = PageLinks.None;
                // Behind the newest page the hand begins again at the oldest; the last place before the end always holds a page.
                hand = at + 1 == end ? 0 : at + 1;
                while (end > 0 && order[end - 1] < 0)
                {
                    end--;
                }
            }
            if (end == order.Length)
            {
                end = CloseHoles(order, ref hand);
            }
            order[end++] = page;
            bit = Unvisited;
        }
        return misses;
    }

    private static int CloseHoles(int[] order, ref int hand)
    {
        int kept = 0;
        int newHand = 0;
        for (int at = 0; at < order.Length; at++)
        {
            newHand = at == hand ? kept : newHand;
            if (order[at] >= 0)
            {
                order[kept++] = order[at];
            }
        }
        hand = newHand;
        return kept;
    }
}
