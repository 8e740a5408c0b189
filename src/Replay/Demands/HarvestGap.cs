using SecondLook.Replay.Schedules;

namespace SecondLook.Replay.Demands;

/// <summary>The aging interval of a capture: the unit in which horizons and ages are chosen.</summary>
/// <remarks>
/// Where aging was commanded it is the median time between the commands. Elsewhere reclaim at a limit asks about a few pages at a time, many
/// times a second, and the time between such bursts says nothing; then it is the time between two harvests of one and the same page: the
/// median over pages of their mean.
/// </remarks>
public static class HarvestGap
{
    /// <summary>The gap, ns; 0 when no page was harvested twice and there are fewer than two commands.</summary>
    public static long Of(CaptureInput input)
    {
        int commands = 0;
        foreach (RecordedCommand command in input.Demand.Commands)
        {
            commands += command.Kind == CommandKind.Age && command.Rc == 0 ? 1 : 0;
        }
        long ofPages = commands >= 2 ? 0 : OfPages(input.Scan.Known, input.Pages.Count);
        return ofPages > 0 ? ofPages : input.Demand.MedianGapNs;
    }

    /// <summary>How long a moment of a page lies between two answers about it, ns; 0 when no answer is known.</summary>
    /// <remarks>
    /// Where aging commands ask KVM, each asks about every page, and this is <see cref="Of"/>. Elsewhere only reclaim asks, about the pages it is
    /// about to take: pages that are asked often are few, and what counts is how long the others stay without an answer. So intervals count by
    /// their length: half of the known page-time lies in longer ones.
    /// </remarks>
    public static long BetweenAnswers(CaptureInput input)
    {
        List<(long Begin, long End)> passes = [];
        foreach (RecordedCommand command in input.Demand.Commands)
        {
            if (command.Kind == CommandKind.Age && command.Rc == 0)
            {
                passes.Add((command.BeginNs, command.EndNs));
            }
        }
        List<(long Length, double PageTime)> known = [];
        double half = 0;
        foreach (KnownInterval interval in input.Scan.Known.Intervals)
        {
            if (interval.Outcome == IntervalOutcome.Unknown || interval.BeginNs == long.MinValue)
            {
                continue;
            }
            if (interval.End == IntervalEnd.Clear && passes.Exists(p => interval.EndNs >= p.Begin && interval.EndNs <= p.End))
            {
                return Of(input);
            }
            long length = interval.EndNs - interval.BeginNs;
            known.Add((length, (double)length * interval.Pages));
            half += (double)length * interval.Pages / 2;
        }
        known.Sort();
        foreach ((long length, double pageTime) in known)
        {
            half -= pageTime;
            if (half <= 0)
            {
                return length;
            }
        }
        return 0;
    }

    private static long OfPages(KnownIntervals known, int pages)
    {
        double[] sum = new double[pages];
        int[] count = new int[pages];
        foreach (KnownInterval interval in known.Intervals)
        {
            if (interval is { End: IntervalEnd.Clear, HasPoint: false } && interval.BeginNs != long.MinValue)
            {
                sum[interval.Page] += interval.EndNs - interval.BeginNs;
                count[interval.Page]++;
            }
        }
        List<double> means = [];
        for (int p = 0; p < pages; p++)
        {
            if (count[p] > 0)
            {
                means.Add(sum[p] / count[p]);
            }
        }
        means.Sort();
        return means.Count == 0 ? 0 : (long)means[means.Count / 2];
    }
}
