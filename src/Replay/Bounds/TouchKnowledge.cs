using SecondLook.Replay.Schedules;

namespace SecondLook.Replay.Bounds;

/// <summary>
/// Answers whether a page was touched in a stretch of time, as far as the capture proves it: certainly, certainly not, or open. What it says
/// holds for every assignment of accesses that agrees with the capture, so sums of it bound the truth.
/// </summary>
/// <remarks>
/// Each page has a line of segments, one for each interval between clears, with gaps where it was not mapped. Under the TDP MMU with its events
/// every first touch of an unmapped page is a map event, so a gap without losses is a stretch without touches; elsewhere it is open. An
/// interval that begins with a known access (a map) is open after it: its answer is explained, and further touches leave no trace.
/// </remarks>
public sealed class TouchKnowledge
{
    private const long Forever = long.MaxValue;
    private readonly int[] _firstSegment;
    private readonly long[] _begin;
    private readonly long[] _end;
    private readonly Kind[] _kind;
    private readonly int[] _firstPoint;
    private readonly long[] _point;
    private readonly GapTimeline _gaps;
    private readonly bool _mapsAreSeen;
    private readonly long _firstNs;
    private readonly bool _startKnown = true;

    /// <summary>Sorts what a capture proves by page.</summary>
    /// <param name="known">Its intervals and points.</param>
    /// <param name="pages">Number of pages.</param>
    /// <param name="gaps">Where events were lost.</param>
    /// <param name="mapsAreSeen">Whether every map of a guest page is an event of this capture.</param>
    public TouchKnowledge(KnownIntervals known, int pages, GapTimeline gaps, bool mapsAreSeen)
    {
        _gaps = gaps;
        _mapsAreSeen = mapsAreSeen;
        _firstNs = known.FirstNs;
        _firstSegment = new int[pages + 1];
        _firstPoint = new int[pages + 1];
        foreach (KnownInterval interval in known.Intervals)
        {
            _startKnown &= interval.BeginNs != long.MinValue;
            for (int p = interval.Page; p < interval.Page + interval.Pages; p++)
            {
                _firstSegment[p + 1]++;
            }
        }
        foreach (AccessPoint point in known.Points)
        {
            _firstPoint[point.Page + 1]++;
        }
        for (int p = 0; p < pages; p++)
        {
            _firstSegment[p + 1] += _firstSegment[p];
            _firstPoint[p + 1] += _firstPoint[p];
        }
        _begin = new long[_firstSegment[pages]];
        _end = new long[_begin.Length];
        _kind = new Kind[_begin.Length];
        _point = new long[_firstPoint[pages]];
        int[] filled = new int[pages];
        foreach (KnownInterval interval in known.Intervals)
        {
            for (int p = interval.Page; p < interval.Page + interval.Pages; p++)
            {
                int at = _firstSegment[p] + filled[p]++;
                _begin[at] = interval.BeginNs;
                _end[at] = interval.EndNs;
                _kind[at] = KindOf(interval);
            }
        }
        Array.Clear(filled);
        foreach (AccessPoint point in known.Points)
        {
            _point[_firstPoint[point.Page] + filled[point.Page]++] = point.TsNs;
        }
    }

    /// <summary>What a capture proves.</summary>
    public static TouchKnowledge Of(CaptureInput input) =>
        new(input.Scan.Known, input.Pages.Count, input.Gaps, input.Scan.Facts.SpteChanges && !input.Scan.Known.Counts.ContainsKey(KnownIntervals.UnknownVm));

    private enum Kind : byte
    {
        Old,
        Young,
        Open,
    }

    /// <summary>Whether a page was touched after one instant and not after another.</summary>
    /// <param name="page">Dense page id.</param>
    /// <param name="afterNs">Touches at this instant do not count.</param>
    /// <param name="untilNs">Touches at this instant do.</param>
    public Certainty TouchedIn(int page, long afterNs, long untilNs)
    {
        if (untilNs <= afterNs)
        {
            return Certainty.No;
        }
        ReadOnlySpan<long> points = _point.AsSpan(_firstPoint[page].._firstPoint[page + 1]);
        int point = FirstAbove(points, afterNs);
        if (point < points.Length && points[point] <= untilNs)
        {
            return Certainty.Yes;
        }
        int first = _firstSegment[page];
        int last = _firstSegment[page + 1];
        ReadOnlySpan<long> ends = _end.AsSpan(first..last);
        // Where some page was there before the capture began, one without any event may have been there all along.
        bool open = first == last && !_startKnown;
        long coveredTo = afterNs;
        for (int i = first + FirstAbove(ends, afterNs); i < last && _begin[i] < untilNs; i++)
        {
            if (_begin[i] > coveredTo)
            {
                open |= !IsSilent(coveredTo, _begin[i]);
            }
            coveredTo = Math.Max(coveredTo, _end[i]);
            if (_kind[i] == Kind.Young && _begin[i] >= afterNs && _end[i] <= untilNs)
            {
                return Certainty.Yes;
            }
            open |= _kind[i] != Kind.Old;
        }
        if (coveredTo < untilNs)
        {
            open |= !IsSilent(coveredTo, untilNs);
        }
        return open ? Certainty.Open : Certainty.No;
    }

    /// <summary>Whether a page was touched after an instant, to the end of time.</summary>
    public Certainty TouchedAfter(int page, long afterNs) => TouchedIn(page, afterNs, Forever);

    // A page that is not mapped and whose maps all leave an event is not touched.
    private bool IsSilent(long fromNs, long toNs) => _mapsAreSeen && !_gaps.Touches(Math.Max(fromNs, _firstNs), toNs);

    private static Kind KindOf(in KnownInterval interval) => interval.Outcome switch
    {
        IntervalOutcome.Old => Kind.Old,
        // One bit of a huge leaf tells of no page alone.
        IntervalOutcome.Young when !interval.HasPoint && interval.Pages == 1 => Kind.Young,
        _ => Kind.Open,
    };

    private static int FirstAbove(ReadOnlySpan<long> sorted, long value)
    {
        int low = 0;
        int high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (sorted[middle] > value)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }
        return low;
    }
}
