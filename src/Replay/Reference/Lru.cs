using SecondLook.Contracts.Catalogs;

namespace SecondLook.Replay.Reference;

/// <summary>Least recently used: the page whose last access is oldest leaves.</summary>
[CatalogEntry("lru", "reference: exact least recently used, sees every access")]
public sealed class Lru : IWholeListPolicy
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

    /// <inheritdoc/>
    public long CountMisses(PageList list, int capacity)
    {
        // A ring through one further place, which stands between the newest and the oldest page, needs no case for ends. Absent pages have no newer one.
        int ends = list.Pages;
        PageLinks.Pair[] ring = new PageLinks.Pair[ends + 1];
        Array.Fill(ring, new PageLinks.Pair { Older = PageLinks.None, Newer = PageLinks.None });
        ring[ends] = new PageLinks.Pair { Older = ends, Newer = ends };
        int newest = ends;
        int room = capacity;
        long misses = 0;
        foreach (int page in list.Requests)
        {
            ref PageLinks.Pair pair = ref ring[page];
            if (pair.Newer >= 0)
            {
                if (page == newest)
                {
                    continue;
                }
                ring[pair.Older].Newer = pair.Newer;
                ring[pair.Newer].Older = pair.Older;
            }
            else
            {
                misses++;
                if (room > 0)
                {
                    room--;
                }
                else
                {
                    int victim = ring[ends].Newer;
                    int second = ring[victim].Newer;
                    ring[ends].Newer = second;
                    ring[second].Older = ends;
                    ring[victim].Newer = PageLinks.None;
                    newest = victim == newest ? ends : newest;
                }
            }
            pair.Older = newest;
            pair.Newer = ends;
            ring[newest].Newer = page;
            newest = page;
        }
        return misses;
    }
}
