namespace SecondLook.Replay.Schedules;

/// <summary>Rate of accesses of each page that fits its young and old intervals best.</summary>
/// <remarks>
/// Accesses of a page are taken for a Poisson process: an interval of length d is young with probability 1 - exp(-rate d). The likelihood's
/// derivative, sum over young of d / (exp(rate d) - 1) minus the sum of old lengths, falls with the rate, so bisection finds its zero.
/// A page whose answers are all young gets one pseudo-old interval of the median length, else its rate would be infinite.
/// </remarks>
public sealed class AccessRates
{
    private const int Halvings = 60;
    private readonly double[] _perNs;

    private AccessRates(double[] perNs) => _perNs = perNs;

    /// <summary>Accesses per ns of a page.</summary>
    public double Of(int page) => _perNs[page];

    /// <summary>Fits every page.</summary>
    /// <param name="intervals">Intervals of the capture.</param>
    /// <param name="pages">Number of pages.</param>
    public static AccessRates Fit(KnownIntervals intervals, int pages)
    {
        int[] counts = new int[pages + 1];
        List<double> lengths = [];
        foreach (KnownInterval interval in intervals.Intervals)
        {
            if (IsInformative(interval))
            {
                counts[interval.Page + 1]++;
                lengths.Add(interval.EndNs - interval.BeginNs);
            }
        }
        lengths.Sort();
        double median = lengths.Count > 0 ? Math.Max(1, lengths[lengths.Count / 2]) : 1;
        for (int p = 0; p < pages; p++)
        {
            counts[p + 1] += counts[p];
        }
        double[] young = new double[counts[pages]];
        int[] filled = new int[pages];
        double[] old = new double[pages];
        double knownTime = 0;
        long youngCount = 0;
        foreach (KnownInterval interval in intervals.Intervals)
        {
            if (!IsInformative(interval))
            {
                continue;
            }
            double length = Math.Max(1, interval.EndNs - interval.BeginNs);
            knownTime += length;
            if (interval.Outcome == IntervalOutcome.Young)
            {
                young[counts[interval.Page] + filled[interval.Page]++] = length;
                youngCount++;
            }
            else
            {
                old[interval.Page] += length;
            }
        }
        double pooled = knownTime > 0 ? youngCount / knownTime : 0;
        double[] rates = new double[pages];
        for (int p = 0; p < pages; p++)
        {
            ReadOnlySpan<double> seen = young.AsSpan(counts[p], filled[p]);
            bool none = counts[p + 1] == counts[p];
            rates[p] = none ? pooled : seen.IsEmpty ? 0 : Solve(seen, old[p] > 0 ? old[p] : median);
        }
        return new AccessRates(rates);
    }

    private static bool IsInformative(in KnownInterval interval) =>
        interval.Pages == 1 && !interval.HasPoint && interval.Outcome != IntervalOutcome.Unknown && interval.BeginNs != long.MinValue;

    private static double Solve(ReadOnlySpan<double> young, double oldTime)
    {
        double low = 0;
        double high = 1;
        for (int i = 0; i < Halvings; i++)
        {
            double rate = (low + high) / 2;
            double slope = -oldTime;
            foreach (double length in young)
            {
                slope += length / Math.Max(1e-300, Math.Exp(rate * length) - 1);
            }
            if (slope > 0)
            {
                low = rate;
            }
            else
            {
                high = rate;
            }
        }
        return (low + high) / 2;
    }
}
