using SecondLook.Contracts.Catalogs;

namespace SecondLook.Replay.Reference;

/// <summary>LIRS: pages with a short interval between their last two uses stay; the others pass through a short queue.</summary>
/// <remarks>
/// As mglru-model.md section 11 defines it; corner cases differ between implementations.
/// Source: Jiang and Zhang, "LIRS: an efficient low inter-reference recency set replacement policy", SIGMETRICS 2002.
/// </remarks>
[CatalogEntry("lirs", "reference: LIRS as our specification defines it")]
public sealed class Lirs : IWholeListPolicy
{
    private byte[] _kind = [];
    private bool[] _inStack = [];
    private PageQueue _stack = new(new PageLinks(0));
    private PageQueue _queue = new(new PageLinks(0));
    private PageQueue _ghosts = new(new PageLinks(0));
    private long _ghostLimit;
    private int _lirTarget;
    private int _lirCount;

    /// <inheritdoc/>
    public void Start(RequestStream requests, int capacity, ulong seed)
    {
        _kind = new byte[requests.Pages];
        _inStack = new bool[requests.Pages];
        _stack = new PageQueue(new PageLinks(requests.Pages));
        _queue = new PageQueue(new PageLinks(requests.Pages));
        _ghosts = new PageQueue(new PageLinks(requests.Pages));
        _ghostLimit = 2L * capacity;
        _lirTarget = capacity - Math.Max(1, capacity / 100);
        _lirCount = 0;
    }

    /// <inheritdoc/>
    public void Hit(int page, int position)
    {
        if (_kind[page] == Kind.Lir)
        {
            _stack.Renew(page);
            Prune();
        }
        else if (_inStack[page])
        {
            _stack.Renew(page);
            _queue.Remove(page);
            _kind[page] = Kind.Lir;
            _lirCount++;
            DemoteBottom();
        }
        else
        {
            PushOnStack(page);
            _queue.Renew(page);
        }
    }

    /// <inheritdoc/>
    public int Miss(int page, int position, bool full)
    {
        int victim = full ? Evict() : -1;
        bool ghost = _kind[page] == Kind.Ghost;
        if (ghost)
        {
            _ghosts.Remove(page);
            _stack.Renew(page);
        }
        else
        {
            PushOnStack(page);
        }
        if (_lirCount < _lirTarget)
        {
            _kind[page] = Kind.Lir;
            _lirCount++;
        }
        else if (ghost)
        {
            _kind[page] = Kind.Lir;
            _lirCount++;
            DemoteBottom();
        }
        else
        {
            _kind[page] = Kind.Hir;
            _queue.Add(page);
        }
        if (_ghosts.Count > _ghostLimit)
        {
            RemoveFromStack(_ghosts.Oldest);
        }
        return victim;
    }

    /// <inheritdoc/>
    public int Evict()
    {
        if (_queue.Count == 0)
        {
            // Nothing but LIR pages is left: the bottom one goes the usual way.
            DemoteBottom();
        }
        int victim = _queue.RemoveOldest();
        if (_inStack[victim])
        {
            _kind[victim] = Kind.Ghost;
            _ghosts.Add(victim);
        }
        else
        {
            _kind[victim] = Kind.None;
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
            if (_kind[page] is Kind.Lir or Kind.Hir)
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

    private void DemoteBottom()
    {
        Prune();
        int bottom = _stack.Oldest;
        _stack.Remove(bottom);
        _inStack[bottom] = false;
        _kind[bottom] = Kind.Hir;
        _lirCount--;
        _queue.Add(bottom);
        Prune();
    }

    private void Prune()
    {
        while (_stack.Count > 0 && _kind[_stack.Oldest] != Kind.Lir)
        {
            RemoveFromStack(_stack.Oldest);
        }
    }

    private void PushOnStack(int page)
    {
        _stack.Add(page);
        _inStack[page] = true;
    }

    private void RemoveFromStack(int page)
    {
        _stack.Remove(page);
        _inStack[page] = false;
        if (_kind[page] == Kind.Ghost)
        {
            _ghosts.Remove(page);
            _kind[page] = Kind.None;
        }
    }

    private static class Kind
    {
        public const byte None = 0;
        public const byte Lir = 1;
        public const byte Hir = 2;
        public const byte Ghost = 3;
    }
}
