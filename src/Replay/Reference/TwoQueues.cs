using SecondLook.Contracts.Catalogs;

namespace SecondLook.Replay.Reference;

/// <summary>Full 2Q: a FIFO for pages seen once, a ghost FIFO, and an LRU list for pages that come back while they are ghosts.</summary>
/// <remarks>Source: Johnson and Shasha, "2Q: a low overhead high performance buffer management replacement algorithm", VLDB 1994.</remarks>
[CatalogEntry("twoq", "reference: full 2Q")]
public sealed class TwoQueues : IWholeListPolicy
{
    private byte[] _where = [];
    private PageQueue _once = new(new PageLinks(0));
    private PageQueue _ghosts = new(new PageLinks(0));
    private PageQueue _often = new(new PageLinks(0));
    private int _onceTarget;
    private int _ghostLimit;

    /// <inheritdoc/>
    public void Start(RequestStream requests, int capacity, ulong seed)
    {
        PageLinks links = new(requests.Pages);
        _where = new byte[requests.Pages];
        _once = new PageQueue(links);
        _ghosts = new PageQueue(links);
        _often = new PageQueue(links);
        _onceTarget = capacity / 4;
        _ghostLimit = capacity / 2;
    }

    /// <inheritdoc/>
    public void Hit(int page, int position)
    {
        if (_where[page] == List.Often)
        {
            _often.Renew(page);
        }
    }

    /// <inheritdoc/>
    public int Miss(int page, int position, bool full)
    {
        bool ghost = _where[page] == List.Ghost;
        if (ghost)
        {
            _ghosts.Remove(page);
        }
        int victim = full ? Evict() : -1;
        if (ghost)
        {
            _often.Add(page);
            _where[page] = List.Often;
        }
        else
        {
            _once.Add(page);
            _where[page] = List.Once;
        }
        return victim;
    }

    /// <inheritdoc/>
    public int Evict()
    {
        if (_once.Count <= _onceTarget && _often.Count > 0)
        {
            int old = _often.RemoveOldest();
            _where[old] = List.None;
            return old;
        }
        int victim = _once.RemoveOldest();
        _where[victim] = List.None;
        if (_ghostLimit > 0)
        {
            if (_ghosts.Count >= _ghostLimit)
            {
                _where[_ghosts.RemoveOldest()] = List.None;
            }
            _ghosts.Add(victim);
            _where[victim] = List.Ghost;
        }
        return victim;
    }

    /// <inheritdoc/>
    public long CountMisses(PageList list, int capacity)
    {
        Start(new RequestStream(list.Pages, list.Requests.Length, default), capacity, 0);
        int room = capacity;
        long misses = 0;
        foreach (int page in list.Requests)
        {
            if (_where[page] is List.Once or List.Often)
            {
                Hit(page, 0);
                continue;
            }
            misses++;
            if (room > 0)
            {
                room--;
                Miss(page, 0, full: false);
            }
            else
            {
                Miss(page, 0, full: true);
            }
        }
        return misses;
    }

    private static class List
    {
        public const byte None = 0;
        public const byte Once = 1;
        public const byte Often = 2;
        public const byte Ghost = 3;
    }
}
