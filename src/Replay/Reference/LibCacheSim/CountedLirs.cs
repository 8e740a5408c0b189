namespace SecondLook.Replay.Reference.LibCacheSim;

/// <summary>LIRS with the corner cases of libCacheSim.</summary>
/// <remarks>
/// Rules as the README of the cache oracle states them, and where it is silent as counts of the simulator show: a page that is both on the stack and
/// in the queue is renewed in both; a hit of a resident page that fell off the stack demotes the bottom LIR page first (with a queue of one page that
/// pushes the page just hit out of the queue) and then puts it on the stack as resident; the stack is pruned after a hit of a LIR page and after a
/// demotion, never below its newest page; without a place for LIR pages (a capacity of one) nothing is admitted. With a place for a single LIR page (a
/// capacity of two) the bottom of the stack may be no LIR page when one is to be demoted: it is taken for one all the same, and if it waits to be
/// dropped, it goes on waiting, so that it may be dropped from the stack later whatever it is by then, and may wait twice.
/// </remarks>
public sealed class CountedLirs : ICountedPolicy
{
    private readonly Entry[] _entries;
    private readonly PageQueue _stack;
    private readonly PageQueue _queue;
    private readonly PageQueue _gone;

    // In place of the queue where a page may wait twice.
    private readonly List<int>? _fewGone;
    private readonly int _hirLimit;
    private readonly int _lirLimit;
    private readonly long _stackLimit;
    private int _lirCount;

    /// <summary>Creates an empty memory.</summary>
    /// <param name="pages">Number of page ids.</param>
    /// <param name="capacity">Pages that fit.</param>
    public CountedLirs(int pages, int capacity)
    {
        _entries = new Entry[pages];
        _stack = new PageQueue(new PageLinks(pages));
        _queue = new PageQueue(new PageLinks(pages));
        _gone = new PageQueue(new PageLinks(pages));
        _hirLimit = Math.Max(1, (int)(capacity * 0.01));
        _lirLimit = capacity - _hirLimit;
        _stackLimit = 2L * capacity;
        _fewGone = _lirLimit == 1 ? [] : null;
    }

    [Flags]
    private enum Entry : byte
    {
        None = 0,
        OnStack = 1,
        InQueue = 2,
        Lir = 4,
        // Of a page on the stack: it is in memory.
        Resident = 8,
        // Of a page on the stack: it waits to be dropped when the stack grows too long.
        Gone = 16,
    }

    /// <inheritdoc/>
    public bool Request(int page)
    {
        bool hit = Serve(page);
        while (_stack.Count > _stackLimit && (_fewGone?.Count ?? _gone.Count) > 0)
        {
            int gone = _fewGone is null ? _gone.Oldest : _fewGone[0];
            if (_fewGone is null)
            {
                _gone.Remove(gone);
            }
            else
            {
                _fewGone.RemoveAt(0);
            }
            if ((_entries[gone] & Entry.OnStack) != 0)
            {
                TakeOffStack(gone);
            }
        }
        return hit;
    }

    private bool Serve(int page)
    {
        Entry entry = _entries[page];
        if ((entry & Entry.InQueue) != 0)
        {
            _queue.Renew(page);
        }
        if ((entry & Entry.OnStack) == 0)
        {
            return (entry & Entry.InQueue) != 0 ? ServeFromQueue(page) : ServeNew(page);
        }
        _stack.Renew(page);
        if ((entry & Entry.Lir) != 0)
        {
            Prune();
            return true;
        }
        bool hit = (entry & Entry.Resident) != 0;
        if ((entry & Entry.InQueue) != 0)
        {
            _queue.Remove(page);
            _entries[page] &= ~Entry.InQueue;
        }
        bool gone = (_entries[page] & Entry.Gone) != 0;
        MakeRoomForLir();
        if (gone)
        {
            StopWaiting(page);
        }
        if ((_entries[page] & Entry.OnStack) == 0)
        {
            // It was the bottom itself; what the simulator does then is not defined.
            _queue.Remove(page);
            _stack.Add(page);
        }
        _entries[page] = Entry.OnStack | Entry.Lir | Entry.Resident;
        _lirCount++;
        return hit;
    }

    private bool ServeFromQueue(int page)
    {
        MakeRoomForLir();
        _stack.Add(page);
        _entries[page] |= Entry.OnStack | Entry.Resident;
        return true;
    }

    private bool ServeNew(int page)
    {
        if (_lirLimit == 0)
        {
            return false;
        }
        _entries[page] = Entry.OnStack | Entry.Resident;
        if (_lirCount < _lirLimit)
        {
            _entries[page] |= Entry.Lir;
            _lirCount++;
        }
        else
        {
            AddToQueue(page);
        }
        _stack.Add(page);
        return false;
    }

    private void MakeRoomForLir()
    {
        while (_lirCount >= _lirLimit)
        {
            int bottom = _stack.RemoveOldest();
            _lirCount--;
            _entries[bottom] = Entry.None;
            AddToQueue(bottom);
            Prune();
        }
    }

    private void AddToQueue(int page)
    {
        while (_queue.Count >= _hirLimit)
        {
            int victim = _queue.RemoveOldest();
            _entries[victim] &= ~Entry.InQueue;
            if ((_entries[victim] & Entry.OnStack) != 0)
            {
                _entries[victim] = Entry.OnStack | Entry.Gone;
                Wait(victim);
            }
        }
        _queue.Add(page);
        _entries[page] |= Entry.InQueue;
    }

    private void Prune()
    {
        while (_stack.Oldest != _stack.Newest && (_entries[_stack.Oldest] & Entry.Lir) == 0)
        {
            if ((_entries[_stack.Oldest] & Entry.Gone) != 0)
            {
                StopWaiting(_stack.Oldest);
            }
            TakeOffStack(_stack.Oldest);
        }
    }

    private void TakeOffStack(int page)
    {
        _stack.Remove(page);
        _entries[page] &= Entry.InQueue;
    }

    private void Wait(int page)
    {
        if (_fewGone is null)
        {
            _gone.Add(page);
        }
        else
        {
            _fewGone.Add(page);
        }
    }

    private void StopWaiting(int page)
    {
        if (_fewGone is null)
        {
            _gone.Remove(page);
        }
        else if (_fewGone.LastIndexOf(page) is >= 0 and int at)
        {
            _fewGone.RemoveAt(at);
        }
    }
}
