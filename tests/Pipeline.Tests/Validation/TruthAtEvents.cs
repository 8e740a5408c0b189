using SecondLook.Replay.Schedules;

namespace SecondLook.Pipeline.Tests.Validation;

/// <summary>
/// The guest's own accesses put into the intervals of the trace: each interval is touched or not by the truth alone. A stamp follows its access,
/// so the first touch after a map is taken back to the map, and a stamp just outside an interval is put into it; both are counted.
/// </summary>
internal sealed class TruthAtEvents
{
    private const long StampSlackNs = 2_000_000;
    private const long RaceSlackNs = 500_000;
    private readonly KnownIntervals _known;
    private readonly int _pages;

    public TruthAtEvents(KnownIntervals known, AccessSchedule truth, int pages)
    {
        _known = known;
        _pages = pages;
        Touched = new bool[known.Intervals.Count];
        Seen = new bool[known.Points.Count];
        List<long>[] stamps = new List<long>[pages];
        foreach (ScheduledAccess access in truth.Accesses)
        {
            if (!access.Host)
            {
                (stamps[access.Page] ??= []).Add(access.TsNs);
            }
        }
        ILookup<int, int> points = Enumerable.Range(0, Seen.Length).ToLookup(i => known.Points[i].Page);
        List<int>[] intervals = new List<int>[pages];
        for (int i = 0; i < Touched.Length; i++)
        {
            for (int p = known.Intervals[i].Page; p < known.Intervals[i].Page + known.Intervals[i].Pages; p++)
            {
                (intervals[p] ??= []).Add(i);
            }
        }
        Moved = new long[pages][];
        for (int p = 0; p < pages; p++)
        {
            long[] own = stamps[p] is { } list ? [.. list.Order()] : [];
            Align(own, [.. points[p]], intervals[p] ?? []);
            PutIntoIntervals(own, intervals[p] ?? []);
            Array.Sort(own);
            Moved[p] = own;
            Accesses += own.Length;
        }
    }

    /// <summary>For each interval whether the truth touches it.</summary>
    public bool[] Touched { get; }

    /// <summary>For each exact access of the trace whether the truth has it.</summary>
    public bool[] Seen { get; }

    /// <summary>Accesses of each page, in order, at the times of their events.</summary>
    public long[][] Moved { get; }

    /// <summary>Accesses of the guest to data pages.</summary>
    public long Accesses { get; private set; }

    /// <summary>Of them in intervals of known outcome, or with an event of their own.</summary>
    public long InKnown { get; private set; }

    /// <summary>Stamps that lie just outside the interval of their access.</summary>
    public long StampsOff { get; private set; }

    /// <summary>Accesses for which the trace has no place.</summary>
    public long Outside { get; private set; }

    /// <summary>Accesses of a page in (after, until].</summary>
    public bool AnyIn(int page, long after, long until)
    {
        int at = Array.BinarySearch(Moved[page], after + 1);
        at = at < 0 ? ~at : at;
        while (at > 0 && Moved[page][at - 1] > after)
        {
            at--;
        }
        return at < Moved[page].Length && Moved[page][at] <= until;
    }

    /// <summary>What the trace would prove had every answer been given by the truth.</summary>
    public KnownIntervals Answers() => new()
    {
        Intervals = [.. _known.Intervals.Select((k, i) => k.HasPoint || k.Outcome == IntervalOutcome.Unknown ? k : k with { Outcome = Touched[i] ? IntervalOutcome.Young : IntervalOutcome.Old })],
        Points = [.. _known.Points.Where((_, i) => Seen[i])],
        Unmaps = _known.Unmaps,
        FirstNs = _known.FirstNs,
        LastNs = _known.LastNs,
        ResidentPageNs = _known.ResidentPageNs,
        KnownPageNs = _known.KnownPageNs,
        Contradictions = _known.Contradictions,
        Counts = _known.Counts,
    };

    // The access that faulted is made again once the page is mapped; a vCPU that lost its CPU in between makes it some ms later.
    private void Align(long[] own, int[] points, List<int> intervals)
    {
        long[] stamps = [.. own];
        int next = 0;
        int at = 0;
        foreach (int point in points)
        {
            long mapped = _known.Points[point].TsNs;
            while (at < intervals.Count && _known.Intervals[intervals[at]].EndNs <= mapped)
            {
                at++;
            }
            KnownInterval? covered = at < intervals.Count ? _known.Intervals[intervals[at]] : null;
            bool starts = covered is { } k && k.BeginNs == mapped;
            long absentSince = starts && at > 0 ? _known.Intervals[intervals[at - 1]].EndNs : long.MinValue;
            // A stamp that lies a little before the event is of the same access, where the page was not there to be touched otherwise.
            long earliest = starts ? Math.Max(absentSince, mapped - StampSlackNs) : mapped - StampSlackNs;
            int first = next;
            while (first < own.Length && own[first] <= earliest)
            {
                first++;
            }
            int after = first;
            while (!starts && after + 1 < own.Length && own[after] < mapped && own[after + 1] <= mapped)
            {
                after++;
            }
            if (after < own.Length && own[after] <= (covered?.EndNs ?? mapped + StampSlackNs))
            {
                own[after] = mapped;
                next = after + 1;
                Seen[point] = true;
            }
            // One access may fault twice: for the mapping, and again for its protection.
            Seen[point] |= stamps.Any(t => Math.Abs(t - mapped) <= StampSlackNs);
        }
    }

    private void PutIntoIntervals(long[] own, List<int> intervals)
    {
        int[] perInterval = new int[intervals.Count];
        for (int i = 0; i < own.Length; i++)
        {
            int at = intervals.FindIndex(k => own[i] > _known.Intervals[k].BeginNs && own[i] <= _known.Intervals[k].EndNs);
            bool point = intervals.Exists(k => _known.Intervals[k].HasPoint && _known.Intervals[k].BeginNs == own[i]);
            if (point)
            {
                InKnown++;
                continue;
            }
            if (at < 0 || _known.Intervals[intervals[at]].Outcome == IntervalOutcome.Old)
            {
                bool Near(int k) => _known.Intervals[k] is { Outcome: not IntervalOutcome.Old } n && own[i] > n.BeginNs - StampSlackNs && own[i] <= n.EndNs + StampSlackNs;
                // The interval that lacks an access is the one it belongs to.
                int near = intervals.FindIndex(k => Near(k) && _known.Intervals[k] is { HasPoint: false } n && !own.Any(t => t > n.BeginNs && t <= n.EndNs));
                near = near >= 0 ? near : intervals.FindIndex(Near);
                if (near >= 0)
                {
                    StampsOff++;
                    own[i] = Math.Clamp(own[i], _known.Intervals[intervals[near]].BeginNs + 1, _known.Intervals[intervals[near]].EndNs);
                    at = near;
                }
            }
            if (at < 0)
            {
                Outside++;
                continue;
            }
            Touched[intervals[at]] = true;
            perInterval[at]++;
            InKnown += _known.Intervals[intervals[at]] is { Outcome: not IntervalOutcome.Unknown, Pages: 1 } or { Outcome: IntervalOutcome.Old } ? 1 : 0;
        }
        // A stamp that races with a clear: the interval that answered young takes it from its neighbour, which has others.
        for (int k = 0; k < intervals.Count; k++)
        {
            KnownInterval interval = _known.Intervals[intervals[k]];
            if (perInterval[k] > 0 || interval is not { Outcome: IntervalOutcome.Young, HasPoint: false, Pages: 1 })
            {
                continue;
            }
            int from = Array.FindIndex(own, t => t > interval.BeginNs - RaceSlackNs && t <= interval.EndNs + RaceSlackNs);
            int neighbour = from < 0 ? -1 : intervals.FindIndex(n => own[from] > _known.Intervals[n].BeginNs && own[from] <= _known.Intervals[n].EndNs);
            if (neighbour >= 0 && perInterval[neighbour] > 1)
            {
                own[from] = Math.Clamp(own[from], interval.BeginNs + 1, interval.EndNs);
                perInterval[neighbour]--;
                Touched[intervals[k]] = true;
                StampsOff++;
            }
        }
    }
}
