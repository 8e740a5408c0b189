using SecondLook.Contracts.Catalogs;

namespace SecondLook.Replay.Reference;

/// <summary>WSClock: CLOCK whose hand spares a page whose bit is clear until it has not been seen used for a window of virtual time.</summary>
/// <remarks>
/// Virtual time is the position in the request stream, the window is as many requests as pages fit. When the hand finds no page after a full turn, the
/// page seen used longest ago leaves. Frames that the hand would pass without effect are skipped: sets hold the frames whose bit is set and those that
/// are ripe, and a list holds all others in order of the time they were last seen used.
/// Source: Carr and Hennessy, "WSClock: a simple and effective algorithm for virtual memory management", SOSP 1981.
/// </remarks>
[CatalogEntry("wsclock", "reference: WSClock, a window of as many requests as pages fit")]
public sealed class WsClock : IReferencePolicy
{
    private readonly Stack<int> _free = new();
    private int[] _frameOf = [];
    private int[] _pageIn = [];
    private int[] _lastSeen = [];
    private bool[] _isListed = [];
    private PageQueue _byLastSeen = new(new PageLinks(0));
    private PositionSet _used = new(0);
    private PositionSet _ripe = new(0);
    private PositionSet _oldest = new(0);
    private int _oldestSeen = -1;
    private int _frames;
    private int _hand;
    private int _window;
    private int _now;

    /// <inheritdoc/>
    public void Start(RequestStream requests, int capacity, ulong seed)
    {
        int frames = Math.Min(capacity, Math.Max(1, requests.Pages));
        _free.Clear();
        _frameOf = new int[requests.Pages];
        _pageIn = new int[frames];
        _lastSeen = new int[frames];
        _isListed = new bool[frames];
        _byLastSeen = new PageQueue(new PageLinks(frames));
        _used = new PositionSet(frames);
        _ripe = new PositionSet(frames);
        _oldest = new PositionSet(frames);
        _oldestSeen = -1;
        _frames = 0;
        _hand = 0;
        _window = capacity;
    }

    /// <inheritdoc/>
    public void Hit(int page, int position)
    {
        _now = position;
        int frame = _frameOf[page];
        _used.Add(frame);
        _ripe.Remove(frame);
    }

    /// <inheritdoc/>
    public int Miss(int page, int position, bool full)
    {
        _now = position;
        int victim = full ? Evict() : -1;
        int frame = _free.TryPop(out int free) ? free : _frames++;
        _frameOf[page] = frame;
        _pageIn[frame] = page;
        SetSeen(frame);
        return victim;
    }

    /// <inheritdoc/>
    public int Evict()
    {
        while (_byLastSeen.Count > 0 && _now - _lastSeen[_byLastSeen.Oldest] > _window)
        {
            int frame = _byLastSeen.RemoveOldest();
            _isListed[frame] = false;
            if (!_used.Contains(frame))
            {
                _ripe.Add(frame);
            }
        }
        int victim = NextFrom(_ripe, _hand);
        if (victim < 0)
        {
            Pass(_hand, _hand);
            victim = NextFrom(Oldest(), _hand);
        }
        else if (victim != _hand)
        {
            Pass(_hand, victim);
        }
        Unlist(victim);
        _ripe.Remove(victim);
        _hand = victim + 1 == _pageIn.Length ? 0 : victim + 1;
        _free.Push(victim);
        return _pageIn[victim];
    }

    private static int NextFrom(PositionSet set, int hand)
    {
        int frame = set.NextFrom(hand);
        return frame >= 0 ? frame : set.NextFrom(0);
    }

    // The hand clears bits from one frame up to another, exclusive; equal frames mean a full turn.
    private void Pass(int from, int to)
    {
        bool wraps = to <= from;
        for (int frame = _used.NextFrom(from); frame >= 0 && (wraps || frame < to); frame = _used.NextFrom(frame + 1))
        {
            Clear(frame);
        }
        for (int frame = wraps ? _used.NextFrom(0) : -1; frame >= 0 && frame < to; frame = _used.NextFrom(frame + 1))
        {
            Clear(frame);
        }
    }

    private void Clear(int frame)
    {
        _used.Remove(frame);
        Unlist(frame);
        SetSeen(frame);
    }

    private void SetSeen(int frame)
    {
        _lastSeen[frame] = _now;
        _byLastSeen.Add(frame);
        _isListed[frame] = true;
        if (_oldestSeen == _now)
        {
            _oldest.Add(frame);
        }
    }

    private void Unlist(int frame)
    {
        if (_isListed[frame])
        {
            _byLastSeen.Remove(frame);
            _isListed[frame] = false;
        }
        if (_lastSeen[frame] == _oldestSeen)
        {
            _oldest.Remove(frame);
        }
    }

    /// <summary>All frames last seen used at the earliest time; many may share it, since one turn of the hand sees many.</summary>
    private PositionSet Oldest()
    {
        int first = _byLastSeen.Oldest;
        if (_lastSeen[first] != _oldestSeen)
        {
            _oldest.Clear();
            _oldestSeen = _lastSeen[first];
            for (int frame = first; frame >= 0 && _lastSeen[frame] == _oldestSeen; frame = _byLastSeen.NewerThan(frame))
            {
                _oldest.Add(frame);
            }
        }
        return _oldest;
    }
}
