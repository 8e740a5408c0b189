using SecondLook.Reports.Writing;

namespace SecondLook.Reports.Verdicts;

/// <summary>Why two policies cannot be told apart on a trace, and what would tell them apart, in sentences.</summary>
internal static class SmallEffect
{
    /// <summary>How many schedules agree that the two are equal, or in which order they are.</summary>
    public static string Order(Comparison pair, string head) => pair switch
    {
        { Schedules: 1 } => $"Replayed on one schedule, {head}. ",
        { Tied: true } => $"Within {Numbers.Fixed(RankingRule.Tie * 100, 0)} % the two are equal in {pair.Agreeing} of {pair.Schedules} schedules{Range(pair)}. ",
        _ => $"The order holds in {pair.Agreeing} of {pair.Schedules} schedules{Range(pair)}. ",
    };

    /// <summary>What limits the effect, and what to do; empty where nothing can be computed.</summary>
    public static string Why(ReportModel report, Comparison pair)
    {
        string shared = report.ModelError.Share is null ? "" : "The error was measured on the recorded kernel's own policy; how much of it two policies of one model share, a single capture cannot tell. ";
        (long refaults, long evictions) = pair.BaselineCounts;
        if (evictions == 0 || pair.BaselineValue.Value is not { } baseline || baseline <= 0)
        {
            return shared;
        }
        string back = $"{Percent(refaults, evictions)} of what {pair.Baseline.Name} evicts comes back";
        string room = "";
        if (report.Run.Reference("opt") is { } opt && opt != pair.Baseline
            && report.Metrics.Value(opt.Name, report.HeadlineMetric, report.Run.Head.Id, report.Run.HeadCapacity).Value is { } best)
        {
            room = best < baseline
                ? $", and opt, which knows the future, saves {Percent(baseline - best, baseline)} of that in the same replay"
                : ", and opt, which knows the future, saves nothing in the same replay";
        }
        return $"{shared}Why so little: {back}{room}. {Different(report, pair)}{Advice(report)} ";
    }

    private static string Different(ReportModel report, Comparison pair)
    {
        if (report.Run.HeadCapacity is not null)
        {
            return "";
        }
        (long both, long onlyA, long onlyB) = HistoryComparison.Overlap(report.Run.HeadSlice(pair.Candidate), report.Run.HeadSlice(pair.Baseline));
        return both + onlyA + onlyB == 0 ? ""
            : onlyA + onlyB == 0 ? "They take the same pages in every reclaim pass. "
            : $"They take different pages ({Numbers.Count(onlyA)} and {Numbers.Count(onlyB)} alone, {Numbers.Count(both)} both), which come back {(pair.Tied ? "equally often" : "about as often")}. ";
    }

    // A demand that exceeds what is cold takes pages in use whoever chooses them.
    private static string Advice(ReportModel report) => report.Run.HeadCapacity is not null
        ? "To tell them apart compare at other capacities."
        : "To tell them apart take less at a time than is cold (reclaim.demand proactive), or compare at a capacity (reclaim.demand capacity).";

    private static string Range(Comparison pair) => pair.Range is not { } range || pair.Schedules < 2 ? ""
        : Signed(range.Low) == Signed(range.High) ? " and none moves the effect"
        : $", {Signed(range.Low)} to {Signed(range.High)} %";

    private static string Signed(double share) => (share > 0 ? "+" : "") + Numbers.Fixed(share * 100, 1);

    private static string Percent(double part, double whole) => Numbers.Fixed(100 * part / whole, 1) + " %";
}
