using SecondLook.Contracts.Runs;
using SecondLook.Replay.Demands;
using SecondLook.Replay.Schedules;

namespace SecondLook.Replay.Bounds;

/// <summary>
/// Puts back what losses without a mark may have taken: one of the whole traces of which this one could be the rest. Doing the damage once more shows how far it
/// moves a headline away, this shows the way back.
/// </summary>
/// <remarks>
/// Each draw is of what the damaged trace makes likely. An answer reads old where its clear was lost: with probability s of losing it and probability q that the page answers
/// young, an old answer is one of these with odds s q / (1 - q). q is the page's own share of young answers (with one answer at the share of all), since what is lost is lost of pages in use, not
/// of cold ones. No such doubt is about a removed entry, whose bit is in the trace, nor about an answer behind which reclaim took the page (rule R7 of inference.md). Open intervals are young with probability q.
/// Where no removed entry tells of an unmap, as many pages are wanted more as unmaps would be lost. Draws are those of the seed alone.
/// </remarks>
public sealed class LossCompletion
{
    private readonly KnownIntervals _known;
    private readonly RecordedDemand _demand;
    private readonly bool _removalsTold;
    private readonly double[] _young;
    private readonly bool[] _certain;

    /// <summary>Prepares the completion of a trace.</summary>
    /// <param name="known">What the damaged trace proves.</param>
    /// <param name="demand">Its commands.</param>
    /// <param name="pages">Number of pages.</param>
    /// <param name="removalsTold">Whether removed entries tell of unmaps that were lost, so that both would have to be.</param>
    public LossCompletion(KnownIntervals known, RecordedDemand demand, int pages, bool removalsTold)
    {
        _known = known;
        _demand = demand;
        _removalsTold = removalsTold;
        _young = YoungShares(known, pages);
        _certain = CertainlyOld(known, pages);
    }

    /// <summary>Completes losses without a mark once.</summary>
    /// <param name="share">Lost events over all events that there were.</param>
    /// <param name="seed">Seed of the draws.</param>
    public (KnownIntervals Known, List<DemandStep> Steps) Complete(double share, ulong seed)
    {
        Xoshiro256 random = new(seed, "trust.complete", 0);
        double odds = share / (1 - share);
        List<KnownInterval> intervals = new(_known.Intervals.Count);
        for (int i = 0; i < _known.Intervals.Count; i++)
        {
            KnownInterval interval = _known.Intervals[i];
            long begin = interval.BeginNs == long.MinValue ? _known.FirstNs - 1 : interval.BeginNs;
            double young = _young[interval.Page];
            bool flips = interval.EndNs > begin
                && ((interval.Outcome == IntervalOutcome.Old && !_certain[i] && random.NextDouble() < odds * young / (1 - young))
                    || (interval.Outcome == IntervalOutcome.Unknown && !interval.HasPoint && random.NextDouble() < young));
            intervals.Add(flips ? interval with { BeginNs = begin, Outcome = IntervalOutcome.Young, HasPoint = false } : interval);
        }
        return (_known.With(intervals), Steps(random, odds));
    }

    private List<DemandStep> Steps(Xoshiro256 random, double odds)
    {
        List<DemandStep> steps = DemandStep.AsRecorded(_demand);
        for (int i = 0; i < steps.Count && !_removalsTold; i++)
        {
            steps[i] = steps[i].Kind == StepKind.Free ? steps[i] with { Pages = steps[i].Pages + Binomial(random, steps[i].Command.Unmapped, odds) } : steps[i];
        }
        return steps;
    }

    // By page, between 0 and 1: its young answers, with one answer more at the share of all.
    private static double[] YoungShares(KnownIntervals known, int pages)
    {
        int[] all = new int[pages];
        int[] young = new int[pages];
        (long News, long Young) sum = default;
        foreach (KnownInterval interval in known.Intervals)
        {
            if (interval.Outcome != IntervalOutcome.Unknown && !interval.HasPoint)
            {
                int one = interval.Outcome == IntervalOutcome.Young ? 1 : 0;
                all[interval.Page]++;
                young[interval.Page] += one;
                sum = (sum.News + 1, sum.Young + one);
            }
        }
        double usual = sum.News == 0 ? 0.5 : (sum.Young + 0.5) / (sum.News + 1);
        double[] shares = new double[pages];
        for (int p = 0; p < pages; p++)
        {
            shares[p] = (young[p] + usual) / (all[p] + 1);
        }
        return shares;
    }

    // By interval: old by an event that is in the trace, not by one that is not.
    private static bool[] CertainlyOld(KnownIntervals known, int pages)
    {
        bool[] certain = new bool[known.Intervals.Count];
        long[] taken = new long[pages];
        long[] next = new long[pages];
        Array.Fill(taken, long.MinValue);
        Array.Fill(next, long.MaxValue);
        int unmap = known.Unmaps.Count - 1;
        for (int i = known.Intervals.Count - 1; i >= 0; i--)
        {
            KnownInterval interval = known.Intervals[i];
            for (; unmap >= 0 && known.Unmaps[unmap].TsNs >= interval.EndNs; unmap--)
            {
                taken[known.Unmaps[unmap].Page] = known.Unmaps[unmap].Single ? known.Unmaps[unmap].TsNs : long.MinValue;
            }
            // The next unmap lies before the next answer: this one was the last that reclaim heard.
            certain[i] = interval.End == IntervalEnd.Zap || (interval.End == IntervalEnd.Clear && taken[interval.Page] >= interval.EndNs && taken[interval.Page] <= next[interval.Page]);
            next[interval.Page] = interval.EndNs;
        }
        return certain;
    }

    private static long Binomial(Xoshiro256 random, long of, double share)
    {
        long sum = 0;
        for (long i = 0; i < of; i++)
        {
            sum += random.NextDouble() < share ? 1 : 0;
        }
        return sum;
    }
}
