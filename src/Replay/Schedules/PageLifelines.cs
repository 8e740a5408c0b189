namespace SecondLook.Replay.Schedules;

/// <summary>State of every page while a capture is read: since when which answer is open. Emits the intervals that close.</summary>
public sealed class PageLifelines
{
    private readonly byte[] _state;
    private readonly long[] _startNs;
    private readonly long[] _startSeq;
    private readonly bool[] _hasPoint;
    private readonly bool[] _seen;
    private readonly ulong[] _pfn;
    private readonly GapTimeline _gaps;
    private readonly List<KnownInterval> _intervals = [];

    /// <summary>Creates lifelines of pages that nothing is known of.</summary>
    /// <param name="pages">Number of pages.</param>
    /// <param name="gaps">Where events were lost.</param>
    public PageLifelines(int pages, GapTimeline gaps)
    {
        _state = new byte[pages];
        _startNs = new long[pages];
        _startSeq = new long[pages];
        _hasPoint = new bool[pages];
        _seen = new bool[pages];
        _pfn = new ulong[pages];
        _gaps = gaps;
    }

    /// <summary>Intervals closed so far, in order.</summary>
    public List<KnownInterval> Intervals => _intervals;

    /// <summary>Sum of resident page-time, page ns.</summary>
    public double ResidentPageNs { get; private set; }

    /// <summary>Of that, in intervals of known outcome.</summary>
    public double KnownPageNs { get; private set; }

    /// <summary>Old answers and old values that cannot be true.</summary>
    public long Contradictions { get; private set; }

    /// <summary>Something else shows that an event was lost, or that it was not after all.</summary>
    /// <param name="lost">Events more that were lost; -1 takes one back.</param>
    public void SeeLoss(int lost) => Contradictions += lost;

    /// <summary>Whether the page is known to be mapped or present.</summary>
    public bool IsPresent(int page) => _state[page] != State.Absent;

    /// <summary>Whether a young answer now would be explained by a known access.</summary>
    public bool HasPoint(int page) => _hasPoint[page];

    /// <summary>Last known clear or map of a page, ns.</summary>
    public long StartOf(int page) => _startNs[page];

    /// <summary>Whether events were lost anywhere.</summary>
    public bool HasGaps => _gaps.Count > 0;

    /// <summary>Host frame that the last map named; 0 when unknown.</summary>
    public ulong PfnOf(int page) => _pfn[page];

    /// <summary>A page was mapped by an access (its bit is set), or without one.</summary>
    public void Map(int page, long tsNs, long seq, ulong pfn, bool accessed)
    {
        if (_state[page] != State.Absent)
        {
            // A map over a map: the removal was lost, or belongs to another root.
            Close(page, 1, tsNs, seq, IntervalOutcome.Unknown, IntervalEnd.Unmap);
        }
        _state[page] = accessed ? State.Mapped : State.Cleared;
        _startNs[page] = tsNs;
        _startSeq[page] = seq;
        _hasPoint[page] = accessed;
        _pfn[page] = pfn;
    }

    /// <summary>An exact access to a page that stays mapped.</summary>
    public void Point(int page, long tsNs, long seq)
    {
        if (_state[page] == State.Absent)
        {
            _state[page] = State.Mapped;
            _startNs[page] = tsNs;
            _startSeq[page] = seq;
        }
        _hasPoint[page] = true;
    }

    /// <summary>An answer about a page, after which its accessed bit is clear.</summary>
    /// <param name="page">First page.</param>
    /// <param name="pages">1, or the pages under the huge leaf that answered.</param>
    /// <param name="tsNs">When.</param>
    /// <param name="seq">Event.</param>
    /// <param name="outcome">The answer.</param>
    public void Clear(int page, int pages, long tsNs, long seq, IntervalOutcome outcome)
    {
        Close(page, pages, tsNs, seq, outcome, IntervalEnd.Clear);
        for (int p = page; p < page + pages; p++)
        {
            _state[p] = State.Cleared;
            _startNs[p] = tsNs;
            _startSeq[p] = seq;
            _hasPoint[p] = false;
        }
    }

    /// <summary>The mapping went.</summary>
    /// <param name="page">First page.</param>
    /// <param name="pages">1, or the pages under the huge leaf.</param>
    /// <param name="tsNs">When.</param>
    /// <param name="seq">Event.</param>
    /// <param name="outcome">What its last accessed bit says.</param>
    /// <param name="end"><see cref="IntervalEnd.Zap"/> or <see cref="IntervalEnd.Unmap"/>.</param>
    public void Remove(int page, int pages, long tsNs, long seq, IntervalOutcome outcome, IntervalEnd end)
    {
        Close(page, pages, tsNs, seq, outcome, end);
        for (int p = page; p < page + pages; p++)
        {
            _state[p] = State.Absent;
            _seen[p] = true;
            _startNs[p] = tsNs;
            _startSeq[p] = seq;
            _hasPoint[p] = false;
        }
    }

    /// <summary>Gives an interval that was closed as unknown the outcome that a later event proves.</summary>
    /// <param name="index">Its position in <see cref="Intervals"/>.</param>
    /// <param name="outcome">The outcome.</param>
    public void Resolve(int index, IntervalOutcome outcome)
    {
        KnownInterval interval = _intervals[index];
        bool possible = interval.BeginNs != long.MinValue
            && (outcome == IntervalOutcome.Young || (!interval.HasPoint && !_gaps.Touches(interval.BeginNs, interval.EndNs)));
        if (possible)
        {
            _intervals[index] = interval with { Outcome = outcome };
            KnownPageNs += (double)(interval.EndNs - interval.BeginNs) * interval.Pages;
        }
    }

    /// <summary>Gives the last interval of a page, which a call closed without an answer, the young answer that came out of order.</summary>
    /// <param name="index">Its position in <see cref="Intervals"/>.</param>
    /// <param name="page">The page.</param>
    /// <returns>False where that call is not the last that is known of the page.</returns>
    public bool TryAnswer(int index, int page)
    {
        KnownInterval interval = _intervals[index];
        if (interval is not { Pages: 1, End: IntervalEnd.Clear } || interval.Page != page || interval.BeginNs == long.MinValue || _startSeq[page] != interval.EndSeq)
        {
            return false;
        }
        KnownPageNs += interval.Outcome == IntervalOutcome.Unknown ? interval.EndNs - interval.BeginNs : 0;
        Contradictions -= interval.HasPoint && Contradictions > 0 ? 1 : 0;
        _intervals[index] = interval with { Outcome = IntervalOutcome.Young };
        return true;
    }

    /// <summary>The capture ended: whatever is open stays unknown.</summary>
    public void Finish(long tsNs, long seq)
    {
        for (int p = 0; p < _state.Length; p++)
        {
            if (_state[p] != State.Absent)
            {
                Remove(p, 1, tsNs, seq, IntervalOutcome.Unknown, IntervalEnd.TraceEnd);
            }
        }
    }

    private void Close(int page, int pages, long tsNs, long seq, IntervalOutcome outcome, IntervalEnd end)
    {
        bool startKnown = _state[page] is State.Mapped or State.Cleared;
        // Whatever is said of a page that was seen to go can only be about the time since.
        bool absent = _state[page] == State.Absent;
        long begin = absent && !_seen[page] ? long.MinValue : _startNs[page];
        bool point = _hasPoint[page];
        if (outcome == IntervalOutcome.Old)
        {
            if (startKnown && point)
            {
                // A page touched for certain answered old: its clear was lost. Without a mark it is this one, which says nothing but of that touch.
                Contradictions++;
                outcome = _gaps.Touches(begin, tsNs) ? IntervalOutcome.Unknown : IntervalOutcome.Young;
            }
            else if (!startKnown || _gaps.Touches(begin, tsNs))
            {
                outcome = IntervalOutcome.Unknown;
            }
        }
        if (!absent)
        {
            double time = (double)(tsNs - begin) * pages;
            ResidentPageNs += time;
            // One bit for many pages does not tell which was touched.
            if (outcome == IntervalOutcome.Old || (outcome == IntervalOutcome.Young && pages == 1))
            {
                KnownPageNs += time;
            }
        }
        _intervals.Add(new KnownInterval(page, pages, begin, begin == long.MinValue ? -1 : _startSeq[page], tsNs, seq, outcome, end, point));
    }

    private static class State
    {
        public const byte Absent = 0;
        public const byte Mapped = 1;
        public const byte Cleared = 2;
    }
}
