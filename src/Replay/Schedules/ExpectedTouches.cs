using SecondLook.Replay.Demands;

namespace SecondLook.Replay.Schedules;

/// <summary>Working sets and cold pages that a capture makes most likely at instants between harvests.</summary>
/// <remarks>
/// An expectation over all placements that agree with the capture, not one placement: a young interval that straddles the border of a window counts
/// with the probability that a touch lies inside, given that there was one, at the fitted rate of its page and the fitted activity of the guest. Old
/// intervals count nothing, exact touches count one. Where aging passes ask, nothing is added where the capture says nothing: the next pass is near. Where
/// none asks (6.1, the classic lists, walks off) the first answer about a page, which its own fault explains, comes when reclaim wants it, so that most of its life
/// would count for nothing; there such intervals hold touches at the fitted rate and activity.
/// </remarks>
public sealed class ExpectedTouches
{
    private readonly KnownIntervals _known;
    private readonly ActivityFit _fit;
    private readonly int _pages;
    private readonly bool _passesAsk;

    /// <summary>Fits a capture.</summary>
    /// <param name="known">What it proves.</param>
    /// <param name="pages">Number of pages.</param>
    /// <param name="passesAsk">Whether aging passes ask KVM.</param>
    public ExpectedTouches(KnownIntervals known, int pages, bool passesAsk)
    {
        _known = known;
        _pages = pages;
        _passesAsk = passesAsk;
        _fit = ActivityFit.Fit(known, pages, forSilence: !passesAsk);
    }

    /// <summary>Fits a capture; its aging commands tell whether passes ask.</summary>
    public static ExpectedTouches Of(CaptureInput input)
    {
        int call = 0;
        bool asked = false;
        List<long> calls = input.Scan.AgingCallsNs;
        foreach (RecordedCommand command in input.Demand.Commands)
        {
            while (call < calls.Count && calls[call] < command.BeginNs)
            {
                call++;
            }
            asked |= command.Kind == CommandKind.Age && call < calls.Count && calls[call] <= command.EndNs;
        }
        return new ExpectedTouches(input.Scan.Known, input.Pages.Count, asked);
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
            long begin = interval.BeginNs == long.MinValue ? _known.FirstNs : interval.BeginNs;
            if (begin >= tsNs || interval.Pages > 1)
            {
                continue;
            }
            if (interval is not { Outcome: IntervalOutcome.Young, HasPoint: false })
            {
                if (!_passesAsk && interval.Outcome != IntervalOutcome.Old)
                {
                    notWithin[interval.Page] *= Untouched(interval.Page, Math.Max(begin, border), Math.Min(interval.EndNs, tsNs));
                    notBefore[interval.Page] *= Untouched(interval.Page, begin, Math.Min(interval.EndNs, border));
                }
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

    private double Untouched(int page, long from, long to) => to <= from ? 1 : Math.Exp(-_fit.RateOf(page) * _fit.Between(from, to));

    // Probability of a touch in (from, to] given that one lies in (begin, end].
    private double Share(int page, long begin, long end, long from, long to)
    {
        if (to <= from)
        {
            return 0;
        }
        if (from <= begin && to >= end)
        {
            return 1;
        }
        double all = _fit.RateOf(page) * _fit.Between(begin, end);
        double part = _fit.RateOf(page) * _fit.Between(from, to);
        return all <= 0 ? (double)(to - from) / (end - begin) : all < 1e-9 ? part / all : Math.Min(1, (1 - Math.Exp(-part)) / (1 - Math.Exp(-all)));
    }
}
