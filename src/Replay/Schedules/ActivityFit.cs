using System.Runtime.InteropServices;

namespace SecondLook.Replay.Schedules;

/// <summary>How busy the guest was over time, and how often each page is touched when it is: what makes the capture's answers most likely.</summary>
/// <remarks>
/// Touches of page p are taken for a Poisson process of rate a(p) h(t), h being common to all pages: a guest that idles touches none of them, and
/// harvests at different instants, faults and silence of some pages tell when others were touched. Fitted by expectation and maximisation (the
/// self-consistent estimate for interval-censored events): a young interval spreads its expected touches over its time as h says; known silence (old
/// answers, and time unmapped, in which a touch would have faulted) counts as exposure. Intervals that begin with their own explanation (the first
/// clear after a map) and those of unknown outcome say nothing. Each page has half a pseudo-touch, so that no rate is infinite or zero.
/// </remarks>
public sealed class ActivityFit
{
    private const int Bins = 256;
    private const int Rounds = 30;
    private const double PseudoTouches = 0.5;
    private const double PseudoExposureShare = 0.1;
    private const double PseudoBinTouches = 0.02;
    private const double LeastActivity = 1e-6;
    private const double LeastFree = 0.01;

    private readonly long _beginNs;
    private readonly double _binNs;
    private readonly double[] _activity = new double[Bins];
    private readonly double[] _sum = new double[Bins + 1];
    private readonly double[] _rates;
    private readonly double[] _free = new double[Bins];
    private readonly bool _forSilence;
    private double _touchesInAll;
    private double _livedInAll;

    private ActivityFit(KnownIntervals known, int pages, bool forSilence)
    {
        _forSilence = forSilence;
        _beginNs = known.FirstNs;
        _binNs = Math.Max(1, (double)(known.LastNs - known.FirstNs) / Bins);
        _rates = new double[pages];
        Array.Fill(_activity, 1);
        Array.Fill(_free, 1);
        if (forSilence)
        {
            LeaveOutFaults(known.Points);
        }
        Accumulate();
    }

    /// <summary>Touches per unit of activity of a page.</summary>
    public double RateOf(int page) => _rates[page];

    /// <summary>Activity of the guest between two instants: the time, ns, weighted by how busy it was; its mean weight is 1.</summary>
    public double Between(long afterNs, long untilNs) => untilNs <= afterNs ? 0 : At(untilNs) - At(afterNs);

    /// <summary>Fits a capture.</summary>
    /// <param name="known">What it proves.</param>
    /// <param name="pages">Number of pages.</param>
    /// <param name="forSilence">Whether it is to tell what lies in intervals that say nothing.</param>
    public static ActivityFit Fit(KnownIntervals known, int pages, bool forSilence)
    {
        ActivityFit fit = new(known, pages, forSilence);
        PageObservations seen = new(known, pages, withoutFirst: forSilence);
        for (int p = 0; p < pages; p++)
        {
            fit._rates[p] = (seen.EventsOf(p) + PseudoTouches) / Math.Max(1, (double)(known.LastNs - known.FirstNs));
        }
        double[] touches = new double[Bins];
        double[] weightEdges = new double[Bins + 1];
        double[] exposure = new double[Bins];
        double[] exposureEdges = new double[Bins + 1];
        for (int round = 0; round < Rounds; round++)
        {
            Array.Clear(touches);
            Array.Clear(weightEdges);
            Array.Clear(exposure);
            Array.Clear(exposureEdges);
            fit.Expect(seen, touches, weightEdges, exposure, exposureEdges);
            fit.Maximise(touches, weightEdges, exposure, exposureEdges);
        }
        return fit;
    }

    // Touches expected of each page in its young intervals, and the time in which it could have been touched.
    private void Expect(PageObservations seen, double[] touches, double[] weightEdges, double[] exposure, double[] exposureEdges)
    {
        double all = _sum[Bins];
        double usual = _livedInAll > 0 ? _touchesInAll / _livedInAll : 0;
        _touchesInAll = _livedInAll = 0;
        for (int p = 0; p < _rates.Length; p++)
        {
            if (!seen.Knows(p))
            {
                continue;
            }
            double rate = _rates[p];
            double expected = 0;
            double lived = 0;
            foreach (PageObservations.Stretch stretch in seen.Of(p))
            {
                double activity = Between(stretch.BeginNs, stretch.EndNs);
                if (stretch.Young && activity > 0)
                {
                    double mean = rate * activity;
                    double count = mean < 1e-9 ? 1 : mean / (1 - Math.Exp(-mean));
                    expected += count;
                    Spread(stretch.BeginNs, stretch.EndNs, count / activity, touches, weightEdges, weighted: true);
                }
                lived += activity;
                Spread(stretch.BeginNs, stretch.EndNs, rate, exposure, exposureEdges, weighted: false);
            }
            foreach (long ts in seen.PointsOf(p))
            {
                expected++;
                touches[BinOf(ts)]++;
            }
            _rates[p] = (expected + PseudoTouches) / (lived + (_forSilence && usual > 0 ? PseudoTouches / usual : PseudoExposureShare * all));
            _touchesInAll += expected;
            _livedInAll += lived;
        }
    }

    private void Maximise(double[] touches, double[] weightEdges, double[] exposure, double[] exposureEdges)
    {
        AddWholeBins(touches, weightEdges, exposure, exposureEdges);
        double usual = _forSilence ? UsualActivity(touches, exposure) : 1;
        double mean = 0;
        for (int i = 0; i < Bins; i++)
        {
            _activity[i] = (touches[i] + (PseudoBinTouches * usual * _free[i])) / (exposure[i] + PseudoBinTouches);
            mean += _activity[i] / Bins;
        }
        for (int i = 0; i < Bins; i++)
        {
            _activity[i] = Math.Max(LeastActivity, _activity[i] / mean);
        }
        Accumulate();
    }

    // Adds what Spread noted at the edges of whole bins to the bins themselves.
    private void AddWholeBins(double[] touches, double[] weightEdges, double[] exposure, double[] exposureEdges)
    {
        double weight = 0;
        double exposed = 0;
        for (int i = 0; i < Bins; i++)
        {
            weight += weightEdges[i];
            exposed += exposureEdges[i];
            touches[i] += weight * _activity[i] * _binNs;
            exposure[i] += exposed * _binNs;
        }
    }

    private static double UsualActivity(ReadOnlySpan<double> touches, ReadOnlySpan<double> exposure)
    {
        double allTouches = 0;
        double allExposure = 0;
        for (int i = 0; i < Bins; i++)
        {
            allTouches += touches[i];
            allExposure += exposure[i];
        }
        return allExposure > 0 ? allTouches / allExposure : 1;
    }

    private void LeaveOutFaults(IReadOnlyList<AccessPoint> points)
    {
        List<long> between = new(points.Count);
        for (int i = 1; i < points.Count; i++)
        {
            between.Add(points[i].TsNs - points[i - 1].TsNs);
        }
        between.Sort();
        double fault = between.Count > 0 ? between[between.Count / 2] : 0;
        foreach (AccessPoint point in points)
        {
            _free[BinOf(point.TsNs)] -= fault / _binNs;
        }
        for (int i = 0; i < Bins; i++)
        {
            _free[i] = Math.Max(LeastFree, _free[i]);
        }
    }

    // Whole bins by their edges, so that a long interval costs no more than a short one; the bins at both ends by their part.
    private void Spread(long beginNs, long endNs, double value, double[] parts, double[] edges, bool weighted)
    {
        int first = BinOf(beginNs);
        int last = BinOf(endNs);
        if (first == last)
        {
            parts[first] += value * (endNs - beginNs) * (weighted ? _activity[first] : 1);
            return;
        }
        double head = Math.Max(0, _beginNs + ((first + 1) * _binNs) - beginNs);
        double tail = Math.Max(0, endNs - (_beginNs + (last * _binNs)));
        parts[first] += value * head * (weighted ? _activity[first] : 1);
        parts[last] += value * tail * (weighted ? _activity[last] : 1);
        edges[first + 1] += value;
        edges[last] -= value;
    }

    private int BinOf(long ts) => Math.Clamp((int)((ts - _beginNs) / _binNs), 0, Bins - 1);

    private double At(long ts)
    {
        double bins = Math.Clamp((ts - _beginNs) / _binNs, 0, Bins);
        int whole = Math.Min(Bins - 1, (int)bins);
        return _sum[whole] + ((bins - whole) * _activity[whole] * _binNs);
    }

    private void Accumulate()
    {
        for (int i = 0; i < Bins; i++)
        {
            _sum[i + 1] = _sum[i] + (_activity[i] * _binNs);
        }
    }

    /// <summary>What the capture says of each page: stretches with a touch or without, and exact touches.</summary>
    private sealed class PageObservations
    {
        private readonly Stretch[] _stretches;
        private readonly int[] _firstStretch;
        private readonly long[] _points;
        private readonly int[] _firstPoint;

        public PageObservations(KnownIntervals known, int pages, bool withoutFirst)
        {
            List<(int Page, Stretch Stretch)> all = [];
            long[] end = new long[pages];
            Array.Fill(end, long.MinValue);
            foreach (KnownInterval interval in known.Intervals)
            {
                for (int p = interval.Page; p < interval.Page + interval.Pages; p++)
                {
                    // In between the page was not mapped: a touch would have faulted.
                    if (interval.BeginNs > end[p] && interval.BeginNs != long.MinValue && !(withoutFirst && end[p] == long.MinValue))
                    {
                        all.Add((p, new Stretch(end[p] == long.MinValue ? known.FirstNs : end[p], interval.BeginNs, false)));
                    }
                    bool says = interval.Pages == 1 && !interval.HasPoint && interval.Outcome != IntervalOutcome.Unknown && interval.BeginNs != long.MinValue;
                    if (says)
                    {
                        all.Add((p, new Stretch(interval.BeginNs, interval.EndNs, interval.Outcome == IntervalOutcome.Young)));
                    }
                    end[p] = Math.Max(end[p], interval.EndNs);
                }
            }
            for (int p = 0; p < pages; p++)
            {
                if (end[p] != long.MinValue && end[p] < known.LastNs)
                {
                    all.Add((p, new Stretch(end[p], known.LastNs, false)));
                }
            }
            _firstStretch = new int[pages + 1];
            _stretches = ByPage(CollectionsMarshal.AsSpan(all), _firstStretch);
            List<(int Page, long TsNs)> points = new(known.Points.Count);
            bool[] touched = new bool[pages];
            foreach (AccessPoint point in known.Points)
            {
                if (!withoutFirst || touched[point.Page])
                {
                    points.Add((point.Page, point.TsNs));
                }
                touched[point.Page] = true;
            }
            _firstPoint = new int[pages + 1];
            _points = ByPage(CollectionsMarshal.AsSpan(points), _firstPoint);
        }

        public bool Knows(int page) => _firstStretch[page + 1] > _firstStretch[page] || _firstPoint[page + 1] > _firstPoint[page];

        public ReadOnlySpan<Stretch> Of(int page) => _stretches.AsSpan(_firstStretch[page], _firstStretch[page + 1] - _firstStretch[page]);

        public ReadOnlySpan<long> PointsOf(int page) => _points.AsSpan(_firstPoint[page], _firstPoint[page + 1] - _firstPoint[page]);

        public int EventsOf(int page)
        {
            int events = PointsOf(page).Length;
            foreach (Stretch stretch in Of(page))
            {
                events += stretch.Young ? 1 : 0;
            }
            return events;
        }

        private static T[] ByPage<T>(ReadOnlySpan<(int Page, T Item)> items, int[] first)
        {
            foreach ((int page, T _) in items)
            {
                first[page + 1]++;
            }
            for (int p = 1; p < first.Length; p++)
            {
                first[p] += first[p - 1];
            }
            T[] sorted = new T[items.Length];
            int[] next = [.. first];
            foreach ((int page, T item) in items)
            {
                sorted[next[page]++] = item;
            }
            return sorted;
        }

        public readonly record struct Stretch(long BeginNs, long EndNs, bool Young);
    }
}
