namespace SecondLook.Replay.Reference.LibCacheSim;

/// <summary>LIRS with the corner cases of libCacheSim.</summary>
/// <remarks>
/// Rules as the README of the cache oracle states them: a stack of at most twice the capacity; a hit of a resident page that fell off the stack
/// demotes the bottom LIR page although the page itself stays HIR, and with a queue of one page that evicts the page just hit from the queue only.
/// </remarks>
public sealed class CountedLirs : ICountedPolicy
{
    private readonly byte[] _kind;
    private readonly bool[] _inStack;
    private readonly bool[] _inQueue;
    private readonly bool[] _inGone;
    private readonly PageQueue _stack;
    private readonly PageQueue _queue;
    private readonly PageQueue _gone;
    private readonly int _hirLimit;
    private readonly int _lirLimit;
    private readonly long _stackLimit;
    private readonly int _capacity;
    private int _lirCount;

    /// <summary>Creates an empty memory.</summary>
    /// <param name="pages">Number of page ids.</param>
    /// <param name="capacity">Pages that fit.</param>
    public CountedLirs(int pages, int capacity)
    {
        _kind = new byte[pages];
        _inStack = new bool[pages];
        _inQueue = new bool[pages];
        _inGone = new bool[pages];
        _stack = new PageQueue(new PageLinks(pages));
        _queue = new PageQueue(new PageLinks(pages));
        _gone = new PageQueue(new PageLinks(pages));
        _capacity = capacity;
        _hirLimit = Math.Max(1, (int)(capacity * 0.01));
        _lirLimit = capacity - _hirLimit;
        _stackLimit = 2L * capacity;
    }

    /// <inheritdoc/>
    public bool Request(int page)
    {
        bool hit = Touch(page);
        while (_stack.Count > _stackLimit && _gone.Count > 0)
        {
            int dropped = RemoveGone(_gone.Oldest);
            RemoveFromStack(dropped);
        }
        return hit;
    }

    private bool Touch(int page)
    {
        if (_inStack[page])
        {
            switch (_kind[page])
            {
                case Kind.Lir:
                    bool bottom = _stack.Oldest == page;
                    _stack.Renew(page);
                    if (bottom)
                    {
                        Prune();
                    }
                    return true;
                case Kind.Hir:
                    HitHirInStack(page);
                    return true;
                default:
                    ReturnGone(page);
                    return false;
            }
        }
        if (_inQueue[page])
        {
            HitHirInQueueOnly(page);
            return true;
        }
        Miss(page);
        return false;
    }

    private void HitHirInStack(int page)
    {
        _stack.Renew(page);
        if (_inQueue[page])
        {
            _queue.Remove(page);
            _inQueue[page] = false;
        }
        while (_lirCount >= _lirLimit)
        {
            DemoteBottom();
        }
        _kind[page] = Kind.Lir;
        _lirCount++;
        Prune();
    }

    private void HitHirInQueueOnly(int page)
    {
        _stack.Add(page);
        _inStack[page] = true;
        _kind[page] = Kind.Hir;
        _queue.Renew(page);
        if (_lirCount >= _lirLimit)
        {
            DemoteBottom();
        }
    }

    private void ReturnGone(int page)
    {
        RemoveGone(page);
        RemoveFromStack(page);
        while (_lirCount >= _lirLimit)
        {
            DemoteBottom();
        }
        while (_lirCount + _queue.Count >= _capacity)
        {
            EvictQueue();
        }
        _stack.Add(page);
        _inStack[page] = true;
        _kind[page] = Kind.Lir;
        _lirCount++;
        Prune();
    }

    private void Miss(int page)
    {
        if (_lirCount < _lirLimit)
        {
            while (_lirCount + _queue.Count >= _capacity)
            {
                EvictQueue();
            }
            _stack.Add(page);
            _inStack[page] = true;
            _kind[page] = Kind.Lir;
            _lirCount++;
            return;
        }
        while (_queue.Count >= _hirLimit)
        {
            EvictQueue();
        }
        _stack.Add(page);
        _inStack[page] = true;
        _kind[page] = Kind.Hir;
        _queue.Add(page);
        _inQueue[page] = true;
    }

    // The bottom of the stack is an LIR page: it becomes resident HIR at the newest end of the queue.
    private void DemoteBottom()
    {
        int bottom = _stack.Oldest;
        while (_queue.Count >= _hirLimit)
        {
            EvictQueue(keepMark: true);
        }
        RemoveFromStack(bottom);
        _kind[bottom] = Kind.Hir;
        _lirCount--;
        _queue.Add(bottom);
        _inQueue[bottom] = true;
        Prune();
    }

    private void EvictQueue(bool keepMark = false)
    {
        int victim = _queue.RemoveOldest();
        _inQueue[victim] = false;
        if (!_inStack[victim])
        {
            _kind[victim] = Kind.None;
            return;
        }
        bool justHit = keepMark && _stack.Newest == victim;
        if (!justHit)
        {
            _kind[victim] = Kind.Gone;
            _gone.Add(victim);
            _inGone[victim] = true;
        }
    }

    private void Prune()
    {
        while (_stack.Count > 1 && _kind[_stack.Oldest] != Kind.Lir)
        {
            int page = _stack.Oldest;
            RemoveFromStack(page);
            if (_inGone[page])
            {
                RemoveGone(page);
            }
        }
    }

    private void RemoveFromStack(int page)
    {
        _stack.Remove(page);
        _inStack[page] = false;
        if (_kind[page] == Kind.Gone || (_kind[page] == Kind.Hir && !_inQueue[page]))
        {
            _kind[page] = Kind.None;
        }
    }

    private int RemoveGone(int page)
    {
        _gone.Remove(page);
        _inGone[page] = false;
        return page;
    }

    private static class Kind
    {
        public const byte None = 0;
        public const byte Lir = 1;
        public const byte Hir = 2;
        public const byte Gone = 3;
    }
}
