namespace SecondLook.Reports.Tests.Metrics;

/// <summary>Every metric on a run done by hand (see <see cref="HandWorkedRun"/>) and on one that holds nothing.</summary>
public sealed class MetricTests
{
    public static TheoryData<string> Names => [.. ReportCatalog.Metrics.Names];

    [Theory]
    [InlineData("refaults_per_gib", 131_072.0)] // 2 refaults of 4 pages; a GiB is 262,144 pages
    [InlineData("refault_rate", 50.0)]
    [InlineData("refaults_per_1000", 1.0)] // 2 of 2,000 accesses
    [InlineData("refaults", 2.0)]
    [InlineData("misses", 12.0)]
    [InlineData("evictions", 4.0)]
    [InlineData("peak_resident", 70_000.0)]
    [InlineData("false_cold_percent", 100.0 / 3)] // 1 of the 3 that can be judged
    [InlineData("false_hot_percent", 20.0)] // 40 of 200 kept
    [InlineData("censored_evictions", 1.0)]
    [InlineData("cold_capture_percent", 100.0 * 2 / 42)] // 2 taken rightly, 40 left
    [InlineData("cold_f1", 4.0 / 45)] // 2*2 / (2*2 + 1 + 40)
    [InlineData("cold_bytes", 40 * 4096.0)] // 80 pages over 2 passes
    [InlineData("truly_cold_bytes", 30 * 4096.0)]
    [InlineData("aging_work", 368 * 2.0)] // 368 entries, 2 passes, a quarter of a GiB resident
    [InlineData("ptes_visited", 204.0)]
    [InlineData("sptes_visited", 164.0)]
    [InlineData("notifier_calls", 164.0)]
    [InlineData("tlb_flushes", 3.0)]
    [InlineData("aging_passes", 2.0)]
    [InlineData("young_found", 60.0)]
    [InlineData("missed_young", 20.0)]
    [InlineData("missed_young_percent", 25.0)]
    [InlineData("aging_yield_percent", 6000.0 / 204)]
    [InlineData("evicted_generation_age", 2.5)]
    [InlineData("refault_time_p50", 5e9)]
    [InlineData("refault_time_p10", 5e9)]
    [InlineData("refault_time_p90", 30e9)]
    [InlineData("refaults_per_s", 0.02)] // 2 in 100 s
    [InlineData("notifier_calls_per_s", 1.64)]
    [InlineData("entries_per_evicted", 92.0)] // 368 entries, 4 pages
    [InlineData("working_set_error_abs_percent", 100 * ((10.0 / 77) + (10.0 / 63)) / 2)] // 67 for 77, 53 for 63
    [InlineData("working_set_error_percent", -100.0 * 20 / 140)] // believed 120, true 140 of 200 kept
    [InlineData("working_set_lower_bytes", 43.5 * 4096)] // ages 40 25 15 2 s and 45 25 19 5 s against 20 s: 27 + 20, 30 + 10
    [InlineData("working_set_upper_bytes", 60 * 4096.0)] // and those before: 20 + 47, 13 + 40
    [InlineData("working_set_true_bytes", 70 * 4096.0)]
    [InlineData("working_set_mid_error_percent", 100 * (57 + 46.5 - 140) / 140)]
    [InlineData("promotion_rate_percent", 100.0 * 2 / (100.0 / 60) / 70)] // 2 in 100 s, working set 70 a pass
    [InlineData("regret_percent", 100.0 / 11)] // 12 misses to 11
    [InlineData("regret_refaults", 1.0)]
    [InlineData("distance_to_opt", 0.5)]
    public void Compute_OfTheHandWorkedRun_IsTheNumberInTheComment(string metric, double expected)
    {
        using HandWorkedRun run = new(empty: false);
        Assert.Equal(expected, run.Compute(metric).Value!.Value, Math.Abs(expected) * 1e-12);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Compute_OfARunWithoutEvents_IsACountOfZeroOrNotAvailableWithAReason(string metric)
    {
        using HandWorkedRun run = new(empty: true);
        MetricValue value = run.Compute(metric);
        // Totals that were counted and came out as 0 are numbers; everything else has no data.
        if (metric is "refaults" or "misses" or "evictions" or "peak_resident" or "regret_refaults" or "refaults_per_s")
        {
            Assert.Equal(0, value.Value);
        }
        else
        {
            Assert.Null(value.Value);
            Assert.True(value.Why.Length > 5);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Entry_OfTheCatalogue_HasAUnitAndIsCheckedByHand(string metric)
    {
        Assert.NotEmpty(ReportCatalog.Metrics.Create(metric).Unit);
        Assert.NotEmpty(ReportCatalog.Metrics.SummaryOf(metric));
        IEnumerable<string> checkedNames = typeof(MetricTests).GetMethod(nameof(Compute_OfTheHandWorkedRun_IsTheNumberInTheComment))!
            .CustomAttributes.Where(a => a.AttributeType == typeof(InlineDataAttribute))
            .Select(a => (string)((System.Collections.ObjectModel.ReadOnlyCollection<System.Reflection.CustomAttributeTypedArgument>)a.ConstructorArguments[0].Value!)[0].Value!);
        Assert.Contains(metric, checkedNames);
    }

    [Theory]
    [InlineData("aging_work")]
    [InlineData("cold_bytes")]
    [InlineData("missed_young")]
    [InlineData("working_set_error_percent")]
    public void Compute_OfOptWithoutBeliefsOrAging_IsNotAvailable(string metric)
    {
        using HandWorkedRun run = new(empty: false);
        Assert.Null(run.Compute(metric, "opt").Value);
    }

    [Theory]
    [InlineData("opt", 0.0)]
    [InlineData("lru", 1.0)]
    public void DistanceToOpt_OfTheReferences_IsItsEnds(string policy, double expected)
    {
        using HandWorkedRun run = new(empty: false);
        Assert.Equal(expected, run.Compute("distance_to_opt", policy).Value);
    }
}
