using SecondLook.Replay.Bounds;
using SecondLook.Replay.Demands;

namespace SecondLook.Replay.Schedules;

/// <summary>How many pages the guest had used within an age, and how many it had left alone for so long: means over the instants right after harvests.</summary>
/// <remarks>The best single number is an expectation (<see cref="ExpectedTouches"/>) and chosen in part; what is certain are the proven bounds, and the schedules say how far choices reach.</remarks>
/// <param name="AgeNs">The age, ns: a quarter of the capture.</param>
/// <param name="Instants">Number of instants.</param>
/// <param name="Used">Pages touched within the age.</param>
/// <param name="Cold">Pages touched before, not within it.</param>
public sealed record GuestWorkingSet(long AgeNs, int Instants, GuestWorkingSet.Amount Used, GuestWorkingSet.Amount Cold)
{
    private const int MostInstants = 24;
    private const int EvenInstants = 8;
    private const int LeastInstants = 4;
    private const long MostWork = 40_000_000;
    private const double CoverageNeeded = 0.8;

    // The fit takes 2 microseconds an interval, on one core.
    private const int MostFitted = 1_000_000;

    /// <summary>One number of pages.</summary>
    /// <param name="Expected">Over all placements of accesses that agree with the capture; null where too little is known, or so much that the fit would take longer than the replays.</param>
    /// <param name="Low">No fewer, proven.</param>
    /// <param name="High">No more, proven.</param>
    /// <param name="Least">Of all schedules.</param>
    /// <param name="Most">Of all schedules.</param>
    public readonly record struct Amount(double? Expected, double Low, double High, double Least, double Most);

    /// <summary>The instants of a capture and the age: ends of commands that harvest, evenly thinned, or even instants where there are none.</summary>
    public static (long[] AtNs, long AgeNs) InstantsOf(CaptureInput input)
    {
        long span = input.EndNs - input.BeginNs;
        List<long> ends = [];
        foreach (RecordedCommand command in input.Demand.Commands)
        {
            if (command.Rc == 0 && command.Kind is CommandKind.Age or CommandKind.Evict or CommandKind.Reclaim)
            {
                ends.Add(command.EndNs);
            }
        }
        if (ends.Count == 0)
        {
            for (int i = 1; i <= EvenInstants; i++)
            {
                ends.Add(input.BeginNs + (i * span / EvenInstants));
            }
        }
        int most = (int)Math.Clamp(MostWork / Math.Max(1, input.Scan.Known.Intervals.Count + (long)input.Pages.Count), LeastInstants, MostInstants);
        long[] at = new long[Math.Min(most, ends.Count)];
        for (int i = 0; i < at.Length; i++)
        {
            at[i] = ends[(int)((long)i * ends.Count / at.Length)];
        }
        return (at, span / 4);
    }

    /// <summary>Reads a capture.</summary>
    /// <param name="input">The capture.</param>
    /// <param name="schedules">Its schedules.</param>
    /// <returns>Null where nothing is known of any page, or pages were left out of the recording.</returns>
    public static GuestWorkingSet? Of(CaptureInput input, List<AccessSchedule> schedules)
    {
        (long[] at, long age) = InstantsOf(input);
        if (age <= 0 || input.Scan.Known.Intervals.Count == 0 || DeclaredSampling.Of(input.Metadata) > 1)
        {
            return null;
        }
        ExpectedTouches? expected = input.Scan.Known.Coverage >= CoverageNeeded && input.Scan.Known.Intervals.Count <= MostFitted ? ExpectedTouches.Of(input) : null;
        TouchKnowledge knowledge = TouchKnowledge.Of(input);
        (double used, double cold) = (0, 0);
        (double Low, double High, double LowCold, double HighCold) certain = default;
        foreach (long t in at)
        {
            if (expected is not null)
            {
                (double set, double left) = expected.At(t, age);
                (used, cold) = (used + set, cold + left);
            }
            (long low, long high, long lowCold, long highCold) = Proven(input, knowledge, t, age);
            certain = (certain.Low + low, certain.High + high, certain.LowCold + lowCold, certain.HighCold + highCold);
        }
        (double least, double most, double leastCold, double mostCold) = Range(schedules, at, age);
        double n = at.Length;
        return new GuestWorkingSet(
            age,
            at.Length,
            new Amount(expected is null ? null : used / n, certain.Low / n, certain.High / n, least, most),
            new Amount(expected is null ? null : cold / n, certain.LowCold / n, certain.HighCold / n, leastCold, mostCold));
    }

    /// <summary>Pages that were certainly and possibly touched within (t - age, t], and that were certainly and possibly touched before it and not within it.</summary>
    /// <param name="input">The capture.</param>
    /// <param name="knowledge">What it proves.</param>
    /// <param name="t">The instant, ns.</param>
    /// <param name="age">The age, ns.</param>
    public static (long Low, long High, long LowCold, long HighCold) Proven(CaptureInput input, TouchKnowledge knowledge, long t, long age)
    {
        (long low, long high, long lowCold, long highCold) = (0, 0, 0, 0);
        for (int page = 0; page < input.Pages.Count; page++)
        {
            if (input.Pages.SlotOf(page).HostOnly)
            {
                continue;
            }
            Certainty within = knowledge.TouchedIn(page, t - age, t);
            low += within == Certainty.Yes ? 1 : 0;
            high += within != Certainty.No ? 1 : 0;
            if (within != Certainty.Yes)
            {
                Certainty before = knowledge.TouchedIn(page, long.MinValue, t - age);
                lowCold += within == Certainty.No && before == Certainty.Yes ? 1 : 0;
                highCold += before != Certainty.No ? 1 : 0;
            }
        }
        return (low, high, lowCold, highCold);
    }

    private static (double Least, double Most, double LeastCold, double MostCold) Range(List<AccessSchedule> schedules, long[] at, long age)
    {
        (double least, double most, double leastCold, double mostCold) = (double.MaxValue, 0, double.MaxValue, 0);
        foreach (AccessSchedule schedule in schedules)
        {
            long[] last = new long[schedule.First.Length];
            Array.Fill(last, long.MinValue);
            (long used, long cold) = (0, 0);
            int next = 0;
            foreach (long t in at)
            {
                for (; next < schedule.Accesses.Length && schedule.Accesses[next].TsNs <= t; next++)
                {
                    last[schedule.Accesses[next].Page] = schedule.Accesses[next].TsNs;
                }
                foreach (long touched in last)
                {
                    used += touched > t - age ? 1 : 0;
                    cold += touched != long.MinValue && touched <= t - age ? 1 : 0;
                }
            }
            (least, most) = (Math.Min(least, (double)used / at.Length), Math.Max(most, (double)used / at.Length));
            (leastCold, mostCold) = (Math.Min(leastCold, (double)cold / at.Length), Math.Max(mostCold, (double)cold / at.Length));
        }
        return schedules.Count == 0 ? (0, 0, 0, 0) : (least, most, leastCold, mostCold);
    }
}
