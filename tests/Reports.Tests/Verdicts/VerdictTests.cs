using SecondLook.Reports.Tests.Fixtures;
using SecondLook.Reports.Verdicts;

namespace SecondLook.Reports.Tests.Verdicts;

public sealed class VerdictTests
{
    [Theory]
    [InlineData("small-tdp", VerdictStatus.TooShort)]
    [InlineData("long-tdp", VerdictStatus.BelowModelError)]
    [InlineData("shadow-hva", VerdictStatus.Undecidable)]
    [InlineData("idle", VerdictStatus.Undecidable)]
    public void Status_OfAFixture_FollowsItsFacts(string name, VerdictStatus expected) => Assert.Equal(expected, Model(name).Verdict.Status);

    [Fact]
    public void Sentence_OfTwoRunsWithOtherNumbers_Differs()
    {
        string[] sentences = [.. FixtureRuns.All.Select(o => Model(o.Name).Verdict.Text)];
        Assert.Equal(sentences.Length, sentences.Distinct().Count());
    }

    [Fact]
    public void Sentence_BelowCoverage_HasNoEffectAndNoRefaults()
    {
        ReportModel report = Model("shadow-hva");
        Assert.DoesNotContain("refault", report.Verdict.Text, StringComparison.Ordinal);
        Assert.StartsWith("hva events alone rank no policies, coverage 13.3 %", report.Verdict.Text, StringComparison.Ordinal);
        Assert.Contains("kvm_tdp_mmu_spte_changed", report.Verdict.Why, StringComparison.Ordinal);
        foreach (MetricRow row in report.Metrics.Rows.Where(r => r.Metric is "refaults_per_gib" or "misses" or "false_cold_percent" or "distance_to_opt"))
        {
            Assert.Null(row.Value.Value);
            Assert.Equal("coverage 13.3 % is below 80 %", row.Value.Why);
        }
        Assert.All(report.Metrics.Rows.Where(r => r.Metric == "notifier_calls" && r.Policy == "mglru_6_1"), r => Assert.NotNull(r.Value.Value));
    }

    [Fact]
    public void Sentence_OfAFixture_StatesTheCountsOfItsTables()
    {
        ReportModel report = Model("small-tdp");
        Comparison pair = report.Pair!;
        Assert.Contains($"({pair.CandidateCounts.Refaults} to {pair.BaselineCounts.Refaults} of {pair.CandidateCounts.Evictions} evicted)", report.Verdict.Text, StringComparison.Ordinal);
        double effect = ((double)pair.CandidateCounts.Refaults / pair.CandidateCounts.Evictions / ((double)pair.BaselineCounts.Refaults / pair.BaselineCounts.Evictions)) - 1;
        Assert.Equal(effect, pair.Effect!.Value, 12);
    }

    [Fact]
    public void Status_WithEnoughBlocksAndAClearEffect_IsSupportedWithBrackets()
    {
        RunOptions options = FixtureRuns.Of("long-tdp") with { Name = "clear", Calibrated = false, PerReclaim = 60, Pages = 512, Passes = 100, Policies = ["mglru_6_1", "opt"] };
        using FixtureRun run = new(options);
        ReportModel report = ReportModel.Compute(run.Job, run.Folder, CancellationToken.None);
        Comparison pair = report.Pair!;
        Assert.True(VerdictStatus.Supported == report.Verdict.Status, report.Verdict.Why + report.Verdict.Text);
        Assert.InRange(pair.Effect!.Value, pair.Interval!.Value.Low, pair.Interval.Value.High);
        Assert.True(pair.Interval.Value.Low > 0);
        Assert.Contains("[", report.Verdict.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Status_OfAnEffectBelowATie_ClaimsNoOrderAndSaysWhatWouldTell()
    {
        RunOptions options = FixtureRuns.Of("long-tdp") with { Name = "tie", Calibrated = false, PerReclaim = 60, Pages = 512, Passes = 100 };
        using FixtureRun run = new(options);
        ReportModel report = ReportModel.Compute(run.Job, run.Folder, CancellationToken.None);
        Assert.True(report.Pair!.Tied);
        Assert.Equal(VerdictStatus.Undecidable, report.Verdict.Status);
        Assert.Contains("Within 1 % the two are equal in 4 of 4 schedules", report.Verdict.Why, StringComparison.Ordinal);
        Assert.Contains("and opt, which knows the future, saves", report.Verdict.Why, StringComparison.Ordinal);
        Assert.Contains("reclaim.demand", report.Verdict.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new double[] { 90, 91, 92 }, new double[] { 100, 100, 100 }, -1)]
    [InlineData(new double[] { 110, 120 }, new double[] { 100, 100 }, 1)]
    [InlineData(new double[] { 90, 99.5 }, new double[] { 100, 100 }, 0)]
    [InlineData(new double[] { 90, 110 }, new double[] { 100, 100 }, 0)]
    [InlineData(new double[] { 100, 100 }, new double[] { 100, 100 }, 0)]
    public void Agreed_OverSchedules_IsTheOrderOfAllOrNone(double[] a, double[] b, int expected) => Assert.Equal(expected, RankingRule.Agreed(a.Zip(b)));

    [Theory]
    [InlineData(900L, 1000L, true)]
    [InlineData(1000L, 1000L, false)]
    [InlineData(10L, 0L, false)]
    [InlineData(null, 1000L, false)]
    public void IsTooFine_BelowOneGap_IsTrue(long? stay, long gap, bool expected) => Assert.Equal(expected, RankingRule.IsTooFine(stay, gap));

    [Fact]
    public void Trust_OfALossyRun_CountsWhatTheGapsTableHoldsAndInventsNoPoints()
    {
        ReportModel report = Model("lossy");
        TrustRow lost = report.Trust.Single(r => r.Gap == "Lost events");
        // Eight gaps of 100 to 107 events beside 15,879 kept.
        Assert.Equal("828 of 16,707", lost.Count);
        Assert.Contains(lost.Points, (string[])[TrustRow.NotBounded, TrustRow.NoHeadline]);
        Assert.All(report.Trust, r => Assert.Contains(r.Points, (string[])["0", "as above", TrustRow.NotBounded, TrustRow.NoHeadline]));
        Assert.Contains(TrustRow.Sum(report.Trust).Points, (string[])[TrustRow.NotBounded, TrustRow.NoHeadline]);
    }

    [Fact]
    public void History_OfTwoMglruPolicies_StatesFoundAndMissedOfTheirPasses()
    {
        ReportModel report = Model("small-tdp");
        string text = string.Join(' ', report.History!.Sentences);
        Slice blind = report.Run.HeadSlice(report.Run.Policy("mglru_6_1")!);
        long missed = blind.AgingRows.Where(r => !blind.IsEvictionPass(r)).Sum(r => blind.Policy.AgingPasses.Values![SecondLook.Contracts.Tables.AgingPassesTable.MissedYoung][r]);
        Assert.Contains($"missed {missed}", text, StringComparison.Ordinal);
        Assert.Contains("because the passes of mglru_6_1 read no secondary entry", text, StringComparison.Ordinal);
    }

    private static ReportModel Model(string name)
    {
        FixtureRun run = SharedRuns.Of(name);
        return ReportModel.Compute(run.Job, run.Folder, CancellationToken.None);
    }
}
