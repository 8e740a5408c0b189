using SecondLook.Contracts.Catalogs;

namespace SecondLook.Replay.Reference;

/// <summary>ARC: a recency list and a frequency list, each with a ghost list whose hits move the border between them.</summary>
/// <remarks>
/// Sizes are those before the hit ghost is removed, ratios are real numbers.
/// Source: Megiddo and Modha, "ARC: a self-tuning, low overhead replacement cache", FAST 2003.
/// </remarks>
[CatalogEntry("arc", "reference: ARC, adaptive between recency and frequency")]
public sealed class Arc : IWholeListPolicy
{
    private byte[] _where = [];
    private PageQueue _recent = new(new PageLinks(0));
    private PageQueue _frequent = new(new PageLinks(0));
    private PageQueue _recentGhosts = new(new PageLinks(0));
    private PageQueue _frequentGhosts = new(new PageLinks(0));
    private double _target;
    private int _capacity;

    /// <inheritdoc/>
    public void Start(RequestStream requests, int capacity, ulong seed)
    {
        PageLinks links = new(requests.Pages);
        _where = new byte[requests.Pages];
        _recent = new PageQueue(links);
        _frequent = new PageQueue(links);
        _recentGhosts = new PageQueue(links);
        _frequentGhosts = new PageQueue(links);
        _target = 0;
        _capacity = capacity;
    }

    /// <inheritdoc/>
    public void Hit(int page, int position)
    {
        if (_where[page] == List.Recent)
        {
            _recent.Remove(page);
            _frequent.Add(page);
            _where[page] = List.Frequent;
        }
        else
        {
            _frequent.Renew(page);
        }
    }

    /// <inheritdoc/>
    public int Miss(int page, int position, bool full)
    {
        int victim = -1;
        byte ghost = _where[page];
        if (ghost == List.RecentGhost)
        {
            _target = Math.Min(_capacity, _target + Math.Max(1, (double)_frequentGhosts.Count / _recentGhosts.Count));
            _recentGhosts.Remove(page);
        }
        else if (ghost == List.FrequentGhost)
        {
            _target = Math.Max(0, _target - Math.Max(1, (double)_recentGhosts.Count / _frequentGhosts.Count));
            _frequentGhosts.Remove(page);
        }
        else if (full)
        {
            victim = MakeRoom();
            full = false;
        }
        if (full)
        {
            victim = Replace(ghost == List.FrequentGhost);
        }
        if (ghost == List.None)
        {
            _recent.Add(page);
            _where[page] = List.Recent;
        }
        else
        {
            _frequent.Add(page);
            _where[page] = List.Frequent;
        }
        return victim;
    }

    /// <inheritdoc/>
    public int Evict() => Replace(hitFrequentGhost: false);

    private int MakeRoom()
    {
        if (_recent.Count + _recentGhosts.Count >= _capacity)
        {
            if (_recentGhosts.Count == 0)
            {
                int dropped = _recent.RemoveOldest();
                _where[dropped] = List.None;
                return dropped;
            }
            _where[_recentGhosts.RemoveOldest()] = List.None;
        }
        else if (_recent.Count + _frequent.Count + _recentGhosts.Count + _frequentGhosts.Count >= 2L * _capacity && _frequentGhosts.Count > 0)
        {
            _where[_frequentGhosts.RemoveOldest()] = List.None;
        }
        return Replace(hitFrequentGhost: false);
    }

    private int Replace(bool hitFrequentGhost)
    {
        bool fromRecent = _recent.Count > 0 && (_recent.Count > _target || (hitFrequentGhost && _recent.Count == _target));
        if (fromRecent || _frequent.Count == 0)
        {
            int victim = _recent.RemoveOldest();
            _recentGhosts.Add(victim);
            _where[victim] = List.RecentGhost;
            return victim;
        }
        int other = _frequent.RemoveOldest();
        _frequentGhosts.Add(other);
        _where[other] = List.FrequentGhost;
        return other;
    }

    /// <inheritdoc/>
    public long CountMisses(PageList list, int capacity)
    {
        Start(new RequestStream(list.Pages, list.Requests.Length, default), capacity, 0);
        int room = capacity;
        long misses = 0;
        foreach (int page in list.Requests)
        {
            if (_where[page] is List.Recent or List.Frequent)
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
        public const byte Recent = 1;
        public const byte Frequent = 2;
        public const byte RecentGhost = 3;
        public const byte FrequentGhost = 4;
    }
}
