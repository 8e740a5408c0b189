using SecondLook.Contracts.Diagnostics;

namespace SecondLook.Replay.Schedules;

/// <summary>Runs the recorded queries over a schedule: every recorded outcome must come out again (product.md 5.5).</summary>
public static class ConsistencyCheck
{
    /// <summary>Checks one schedule.</summary>
    /// <param name="known">Recorded queries and their outcomes.</param>
    /// <param name="schedule">Accesses in order.</param>
    /// <param name="pages">Number of pages.</param>
    /// <returns>Outcomes checked.</returns>
    /// <exception cref="InvariantException">An outcome differs.</exception>
    public static long Run(KnownIntervals known, AccessSchedule schedule, int pages)
    {
        // Accesses of each page in order, one after the other.
        ReadOnlySpan<ScheduledAccess> accesses = schedule.Accesses;
        int[] starts = new int[pages + 1];
        foreach (ref readonly ScheduledAccess access in accesses)
        {
            starts[access.Page + 1]++;
        }
        for (int p = 0; p < pages; p++)
        {
            starts[p + 1] += starts[p];
        }
        int[] order = new int[accesses.Length];
        int[] filled = new int[pages];
        for (int i = 0; i < accesses.Length; i++)
        {
            int page = accesses[i].Page;
            order[starts[page] + filled[page]++] = i;
        }
        long verified = 0;
        foreach (KnownInterval interval in known.Intervals)
        {
            if (interval.Outcome == IntervalOutcome.Unknown)
            {
                continue;
            }
            bool touched = interval.HasPoint;
            for (int p = interval.Page; p < interval.Page + interval.Pages && !touched; p++)
            {
                touched = AnyIn(accesses, order.AsSpan(starts[p], filled[p]), interval);
            }
            if (touched != (interval.Outcome == IntervalOutcome.Young))
            {
                throw new InvariantException(interval.EndSeq, interval.EndNs,
                    $"schedule {schedule.Name}: page {interval.Page} was {(touched ? "old" : "young")} there, yet the schedule says {(touched ? "touched" : "not touched")} since {interval.BeginNs} ns");
            }
            verified++;
        }
        return verified;
    }

    private static bool AnyIn(ReadOnlySpan<ScheduledAccess> accesses, ReadOnlySpan<int> order, in KnownInterval interval)
    {
        int low = 0;
        int high = order.Length;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            ref readonly ScheduledAccess access = ref accesses[order[middle]];
            bool after = access.TsNs > interval.BeginNs || (access.TsNs == interval.BeginNs && access.Seq > interval.BeginSeq);
            if (after)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }
        if (low == order.Length)
        {
            return false;
        }
        ref readonly ScheduledAccess first = ref accesses[order[low]];
        return first.TsNs < interval.EndNs || (first.TsNs == interval.EndNs && first.Seq <= interval.EndSeq);
    }
}
