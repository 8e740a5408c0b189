namespace SecondLook.Reports.Verdicts;

/// <summary>When the order of two policies may be called supported: one rule for the verdict of a report and for its validation.</summary>
/// <remarks>
/// The schedules of the quick set disagree in when a page was touched inside an interval, in how often (option <c>dense</c>: many times, others:
/// once or a few), and in what the capture leaves open (option <c>model</c>). An order on which all of them agree does not hang on what the trace
/// cannot tell. One thing no schedule varies: a page that comes and goes between two harvests has no interval of its own, hence the least stay.
/// </remarks>
public static class RankingRule
{
    /// <summary>Within this share two policies are taken for equal (inference.md section 4).</summary>
    public const double Tie = 0.01;

    /// <summary>Usual times between two answers about a page that pages must stand untouched before they go.</summary>
    public const double LeastStayGaps = 1;

    /// <summary>Order of two numbers: -1, 0 when they are taken for equal, 1.</summary>
    public static int Order(double a, double b) => Math.Abs(a - b) <= Tie * Math.Abs(b) ? 0 : Math.Sign(a - b);

    /// <summary>Whether what decides lies between two harvests, where the trace says nothing.</summary>
    /// <param name="stayNs">Median time that pages stand untouched before they go, ns; null where nothing went.</param>
    /// <param name="gapNs">Usual time between two answers about a page, ns; 0 when unknown.</param>
    public static bool IsTooFine(long? stayNs, long gapNs) => gapNs > 0 && stayNs < LeastStayGaps * gapNs;

    /// <summary>The order on which all schedules agree; 0 when they do not, or when it is a tie in one of them.</summary>
    /// <param name="pairs">The two numbers on each schedule.</param>
    public static int Agreed(IEnumerable<(double A, double B)> pairs)
    {
        int[] orders = [.. pairs.Select(p => Order(p.A, p.B)).Distinct()];
        return orders.Length == 1 ? orders[0] : 0;
    }
}
