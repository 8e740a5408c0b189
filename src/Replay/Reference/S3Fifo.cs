using SecondLook.Contracts.Catalogs;

namespace SecondLook.Replay.Reference;

/// <summary>S3-FIFO: a small queue that weeds out pages seen once, a main queue with second chances, a ghost queue.</summary>
/// <remarks>
/// As mglru-model.md section 11 defines it; corner cases differ between implementations.
/// Source: Yang and others, "FIFO queues are all you need for cache eviction", SOSP 2023.
/// </remarks>
[CatalogEntry("s3fifo", "reference: S3-FIFO as our specification defines it")]
public sealed class S3Fifo : IWholeListPolicy
{
    private const int MostUses = 3;
    private byte[] _where = [];
    private byte[] _uses = [];
    private PageQueue _small = new(new PageLinks(0));
    private PageQueue _main = new(new PageLinks(0));
    private PageQueue _ghosts = new(new PageLinks(0));
    private int _smallTarget;
    private int _mainTarget;

    /// <inheritdoc/>
    public void Start(RequestStream requests, int capacity, ulong seed)
    {
        PageLinks links = new(requests.Pages);
        _where = new byte[requests.Pages];
        _uses = new byte[requests.Pages];
        _small = new PageQueue(links);
        _main = new PageQueue(links);
        _ghosts = new PageQueue(links);
        _smallTarget = Math.Max(1, capacity / 10);
        _mainTarget = Math.Max(1, capacity - _smallTarget);
    }

    /// <inheritdoc/>
    public void Hit(int page, int position) => _uses[page] = (byte)Math.Min(MostUses, _uses[page] + 1);

    /// <inheritdoc/>
    public int Miss(int page, int position, bool full)
    {
        bool ghost = _where[page] == List.Ghost;
        if (ghost)
        {
            _ghosts.Remove(page);
            _where[page] = List.None;
        }
        int victim = full ? Evict() : -1;
        _uses[page] = 0;
        (ghost ? _main : _small).Add(page);
        _where[page] = ghost ? List.Main : List.Small;
        return victim;
    }

    /// <inheritdoc/>
    public int Evict()
    {
        while (_small.Count > 0 && (_small.Count >= _smallTarget || _main.Count == 0))
        {
            int page = _small.RemoveOldest();
            if (_uses[page] <= 1)
            {
                Forget(page);
                return page;
            }
            _uses[page] = 0;
            _main.Add(page);
            _where[page] = List.Main;
            if (_main.Count > _mainTarget)
            {
                return EvictMain();
            }
        }
        return EvictMain();
    }

    private int EvictMain()
    {
        while (true)
        {
            int page = _main.RemoveOldest();
            if (_uses[page] == 0)
            {
                _where[page] = List.None;
                return page;
            }
            _uses[page]--;
            _main.Add(page);
        }
    }

    private void Forget(int page)
    {
        if (_ghosts.Count >= _mainTarget)
        {
            _where[_ghosts.RemoveOldest()] = List.None;
        }
        _ghosts.Add(page);
        _where[page] = List.Ghost;
    }

    /// <inheritdoc/>
    public long CountMisses(PageList list, int capacity)
    {
        Start(new RequestStream(list.Pages, list.Requests.Length, default), capacity, 0);
        int room = capacity;
        long misses = 0;
        foreach (int page in list.Requests)
        {
            if (_where[page] is List.Small or List.Main)
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
        public const byte Small = 1;
        public const byte Main = 2;
        public const byte Ghost = 3;
    }
}
