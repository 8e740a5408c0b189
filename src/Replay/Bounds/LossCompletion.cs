using SecondLook.Contracts.Runs;
using SecondLook.Replay.Demands;
using SecondLook.Replay.Schedules;

namespace SecondLook.Replay.Bounds;

/// <summary>
/// Puts back what losses without a mark may have taken: one of the whole traces of which this one could be the rest. Doing the damage once more shows how far it
/// moves a headline away; from a trace that its damage has already carried over an edge, only the way back shows the edge.
/// </summary>
/// <remarks>
/// As many old answers turn young as clears would be lost at the rate of the damage, open intervals are drawn at the share of young among the known ones. Where no removed entry tells of an unmap, as many pages are wanted more as unmaps would be lost.
/// Draws are those of the seed alone.
/// </remarks>
/// <param name="known">What the damaged trace proves.</param>
/// <param name="demand">Its commands.</param>
/// <param name="removalsTold">Whether removed entries tell of unmaps that were lost, so that both would have to be.</param>
public sealed class LossCompletion(KnownIntervals known, RecordedDemand demand, bool removalsTold)
{
    /// <summary>Completes losses without a mark once.</summary>
    /// <param name="share">Lost events over all events that there were.</param>
    /// <param name="seed">Seed of the draws.</param>
    public (KnownIntervals Known, List<DemandStep> Steps) Complete(double share, ulong seed)
    {
        Xoshiro256 random = new(seed, "trust.complete", 0);
        double odds = share / (1 - share);
        double young = YoungShare();
        double turned = Math.Min(1, odds * young / Math.Max(1e-9, 1 - young));
        List<KnownInterval> intervals = new(known.Intervals.Count);
        foreach (KnownInterval interval in known.Intervals)
        {
            long begin = interval.BeginNs == long.MinValue ? known.FirstNs - 1 : interval.BeginNs;
            bool flips = interval.EndNs > begin
                && ((interval.Outcome == IntervalOutcome.Old && random.NextDouble() < turned) || (interval.Outcome == IntervalOutcome.Unknown && !interval.HasPoint && random.NextDouble() < young));
            intervals.Add(flips ? interval with { BeginNs = begin, Outcome = IntervalOutcome.Young, HasPoint = false } : interval);
        }
        return (known.With(intervals), Steps(random, odds));
    }

    /// <summary>The demand with one page more or less in each command: kernels take pages in batches, and an edge of them is as near as it can be.</summary>
    /// <param name="pages">1 or -1.</param>
    public List<DemandStep> Nudged(int pages)
    {
        List<DemandStep> steps = DemandStep.AsRecorded(demand);
        for (int i = 0; i < steps.Count; i++)
        {
            steps[i] = steps[i].Kind == StepKind.Free && steps[i].Pages > 0 ? steps[i] with { Pages = steps[i].Pages + pages } : steps[i];
        }
        return steps;
    }

    private List<DemandStep> Steps(Xoshiro256 random, double odds)
    {
        List<DemandStep> steps = DemandStep.AsRecorded(demand);
        for (int i = 0; i < steps.Count && !removalsTold; i++)
        {
            steps[i] = steps[i].Kind == StepKind.Free ? steps[i] with { Pages = steps[i].Pages + Binomial(random, steps[i].Command.Unmapped, odds) } : steps[i];
        }
        return steps;
    }

    private double YoungShare()
    {
        long young = 0;
        long all = 0;
        foreach (KnownInterval interval in known.Intervals)
        {
            bool news = interval.Outcome != IntervalOutcome.Unknown && !interval.HasPoint;
            all += news ? 1 : 0;
            young += news && interval.Outcome == IntervalOutcome.Young ? 1 : 0;
        }
        return all == 0 ? 0.5 : (double)young / all;
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
