namespace SecondLook.Replay.Schedules;

/// <summary>Working sets and cold pages that a capture makes most likely at instants between harvests.</summary>
/// <remarks>
/// An expectation over all placements that agree with the capture, not one placement: a young interval that straddles the border of a window counts
/// with the probability that a touch lies inside, given that there was one, at the fitted rate of its page and the fitted activity of the guest. Old
/// intervals count nothing, exact touches count one. Nothing is added where the capture says nothing.
/// </remarks>
public sealed class ExpectedTouches
{
    private readonly KnownIntervals _known;
    private readonly ActivityFit _fit;
    private readonly int _pages;

    /// <summary>Fits a capture.</summary>
    /// <param name="known">What it proves.</param>
    /// <param name="pages">Number of pages.</param>
    public ExpectedTouches(KnownIntervals known, int pages)
    {
        _known = known;
        _pages = pages;
        _fit = ActivityFit.Fit(known, pages);
    }

    /// <summary>Expected number of pages touched within (t - age, t], and of pages touched before but not within it.</summary>
    /// <param name="tsNs">The instant t, ns.</param>
    /// <param name="ageNs">The age, ns.</param>
    public (double WorkingSet, double Cold) At(long tsNs, long ageNs)
    {
        double[] notWithin = new double[_pages];
        double[] notBefore = new double[_pages];
        Array.Fill(notWithin, 1);
        Array.Fill(notBefore, 1);
        long border = tsNs - ageNs;
        foreach (AccessPoint point in _known.Points)
        {
            if (point.TsNs <= border)
            {
                notBefore[point.Page] = 0;
            }
            else if (point.TsNs <= tsNs)
            {
                notWithin[point.Page] = 0;
            }
        }
        foreach (KnownInterval interval in _known.Intervals)
        {
            if (interval is not { Outcome: IntervalOutcome.Young, HasPoint: false, Pages: 1 })
            {
                continue;
            }
            long begin = interval.BeginNs == long.MinValue ? _known.FirstNs : interval.BeginNs;
            if (begin >= tsNs)
            {
                continue;
            }
            notWithin[interval.Page] *= 1 - Share(interval.Page, begin, interval.EndNs, Math.Max(begin, border), Math.Min(interval.EndNs, tsNs));
            notBefore[interval.Page] *= 1 - Share(interval.Page, begin, interval.EndNs, begin, Math.Min(interval.EndNs, border));
        }
        double set = 0;
        double cold = 0;
        for (int p = 0; p < _pages; p++)
        {
            set += 1 - notWithin[p];
            cold += notWithin[p] * (1 - notBefore[p]);
        }
        return (set, cold);
    }

    // Probability of a touch in (from, to] given that one lies in (begin, end].
    private double Share(int page, long begin, long end, long from, long to)
    {
        if (to <= from)
        {
            return 0;
        }
        double all = _fit.RateOf(page) * _fit.Between(begin, end);
        double part = _fit.RateOf(page) * _fit.Between(from, to);
        return all <= 0 ? (double)(to - from) / (end - begin) : all < 1e-9 ? part / all : Math.Min(1, (1 - Math.Exp(-part)) / (1 - Math.Exp(-all)));
    }
}
