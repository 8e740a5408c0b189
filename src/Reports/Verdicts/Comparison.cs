using SecondLook.Contracts.Tables;
using SecondLook.Reports.Facts;

namespace SecondLook.Reports.Verdicts;

/// <summary>The two policies of the verdict on every schedule: effect, its interval or range, and what it costs.</summary>
public sealed class Comparison
{
    /// <summary>The policy under question: the first of the job that is no reference.</summary>
    public required PolicyReplay Candidate { get; init; }

    /// <summary>What it is held against: the second, or LRU.</summary>
    public required PolicyReplay Baseline { get; init; }

    /// <summary>Catalogue name of the number compared.</summary>
    public required string Metric { get; init; }

    /// <summary>The number of the candidate on the head schedule.</summary>
    public required MetricValue CandidateValue { get; init; }

    /// <summary>The number of the baseline on the head schedule.</summary>
    public required MetricValue BaselineValue { get; init; }

    /// <summary>Refaults and evictions of the candidate on the head schedule.</summary>
    public required (long Refaults, long Evictions) CandidateCounts { get; init; }

    /// <summary>Refaults and evictions of the baseline on the head schedule.</summary>
    public required (long Refaults, long Evictions) BaselineCounts { get; init; }

    /// <summary>Candidate over baseline minus 1 on each schedule that has it, by schedule id.</summary>
    public required IReadOnlyList<(int Schedule, double Effect)> Effects { get; init; }

    /// <summary>Schedules on which both were replayed.</summary>
    public required int Schedules { get; init; }

    /// <summary>Schedules whose order of the two is that of the head schedule.</summary>
    public required int Agreeing { get; init; }

    /// <summary>Whether the head schedule takes the two for equal (<see cref="RankingRule.Tie"/>).</summary>
    public bool Tied => CandidateValue.Value is { } a && BaselineValue.Value is { } b && RankingRule.Order(a, b) == 0;

    /// <summary>Effect on the head schedule: candidate over baseline minus 1; null when the baseline is 0 or n/a.</summary>
    public required double? Effect { get; init; }

    /// <summary>95 % interval of the effect over blocks; null when the trace is too short.</summary>
    public required (double Low, double High)? Interval { get; init; }

    /// <summary>Candidate's aging work over the baseline's; null when either has none.</summary>
    public required double? CostRatio { get; init; }

    /// <summary>95 % interval of the cost ratio; null when the trace is too short.</summary>
    public required (double Low, double High)? CostInterval { get; init; }

    /// <summary>
    /// Median time that pages stood untouched before either policy took them, ns, the smaller of the two; null where nothing was evicted. Under a
    /// capacity the reuse that decides lies inside the intervals between harvests when it is too short (<see cref="RankingRule"/>).
    /// </summary>
    public required long? StayNs { get; init; }

    /// <summary>Smallest and largest effect over schedules; null when no schedule has one.</summary>
    public (double Low, double High)? Range => Effects.Count == 0 ? null : (Effects.Min(e => e.Effect), Effects.Max(e => e.Effect));

    /// <summary>Compares the two policies that head the report; null when fewer than two were replayed.</summary>
    public static Comparison? Of(RunTables run, MetricTable metrics, string metric, IReadOnlyDictionary<string, BlockSums> sums, BlockBootstrap bootstrap)
    {
        if (run.Policies.Count < 2)
        {
            return null;
        }
        PolicyReplay a = run.Policies[0];
        PolicyReplay b = run.Policies[1].Mark.IsReference ? run.Reference("lru") is { } lru && lru != a ? lru : run.Policies[1] : run.Policies[1];
        return Between(run, metrics, metric, sums, bootstrap, a, b);
    }

    /// <summary>Compares any two policies of a run.</summary>
    public static Comparison Between(
        RunTables run, MetricTable metrics, string metric, IReadOnlyDictionary<string, BlockSums> sums, BlockBootstrap bootstrap, PolicyReplay a, PolicyReplay b)
    {
        long? capacity = run.HeadCapacity;
        List<(int, double)> effects = [];
        int schedules = 0;
        int agreeing = 0;
        MetricValue headA = metrics.Value(a.Name, metric, run.Head.Id, capacity);
        MetricValue headB = metrics.Value(b.Name, metric, run.Head.Id, capacity);
        foreach (ScheduleFacts schedule in run.Schedules)
        {
            if (metrics.Value(a.Name, metric, schedule.Id, capacity).Value is not { } va || metrics.Value(b.Name, metric, schedule.Id, capacity).Value is not { } vb)
            {
                continue;
            }
            schedules++;
            agreeing += headA.Value is { } ha && headB.Value is { } hb && RankingRule.Order(va, vb) == RankingRule.Order(ha, hb) ? 1 : 0;
            if (vb > 0)
            {
                effects.Add((schedule.Id, (va / vb) - 1));
            }
        }
        double? cost = metrics.Value(a.Name, "aging_work", run.Head.Id, capacity).Value is { } ca
            && metrics.Value(b.Name, "aging_work", run.Head.Id, capacity).Value is { } cb and > 0 ? ca / cb : null;
        (double Low, double High)? interval = sums[a.Name].Of(metric) is { } sa && sums[b.Name].Of(metric) is { } sb ? bootstrap.Quotient(sa, sb) : null;
        (double Low, double High)? costInterval = null;
        if (cost is { } ratio && sums[a.Name].Of("aging_work") is { } wa && sums[b.Name].Of("aging_work") is { } wb && bootstrap.Quotient(wa, wb) is { } draws
            && wa.Numerator.Sum() / wb.Numerator.Sum() is var raw and > 0)
        {
            costInterval = (draws.Low * ratio / raw, draws.High * ratio / raw);
        }
        return new Comparison
        {
            Candidate = a,
            Baseline = b,
            Metric = metric,
            CandidateValue = headA,
            BaselineValue = headB,
            CandidateCounts = Counts(run.HeadSlice(a)),
            BaselineCounts = Counts(run.HeadSlice(b)),
            Effects = effects,
            Schedules = schedules,
            Agreeing = agreeing,
            Effect = headA.Value is { } x && headB.Value is { } y and > 0 ? (x / y) - 1 : null,
            Interval = interval is { } i ? (i.Low - 1, i.High - 1) : null,
            CostRatio = cost,
            CostInterval = costInterval,
            StayNs = Stay(run.HeadSlice(a), run.HeadSlice(b)),
        };
    }

    /// <summary>Median time that pages stood untouched before they went, ns, the least of the slices.</summary>
    internal static long? Stay(params Slice[] slices)
    {
        long? least = null;
        foreach (Slice slice in slices)
        {
            List<long> stays = [];
            foreach (int r in slice.EvictionRows)
            {
                if (!slice.Policy.Evictions.Values!.IsNull(EvictionsTable.LastTouchNs, r))
                {
                    stays.Add(slice.Policy.Evictions.Values[EvictionsTable.TsNs][r] - slice.Policy.Evictions.Values[EvictionsTable.LastTouchNs][r]);
                }
            }
            stays.Sort();
            least = stays.Count == 0 ? least : Math.Min(least ?? long.MaxValue, stays[stays.Count / 2]);
        }
        return least;
    }

    private static (long Refaults, long Evictions) Counts(Slice slice) => (slice.Total(TotalsTable.Refaults), slice.Total(TotalsTable.Evictions));
}
