using SecondLook.Contracts.Diagnostics;
using SecondLook.Reports.Facts;
using SecondLook.Reports.Pooling;
using SecondLook.Reports.Tests.Fixtures;
using SecondLook.Reports.Verdicts;

namespace SecondLook.Reports.Tests.Pooling;

public sealed class PooledComparisonTests
{
    [Theory]
    [InlineData("small-tdp")]
    [InlineData("lossy")]
    [InlineData("capacity")]
    public void OnePolicyAgainstItself_EveryRunAndSchedule_IsExactlyZero(string name)
    {
        PooledComparison c = Pool("mainline_6_12", "mainline_6_12", name, name);
        Assert.Equal(0, c.Effect);
        Assert.All(c.Effects, e => Assert.Equal(0, e));
        Assert.All(c.Schedules, s => Assert.Equal(0, s.Counts.Effect));
        Assert.Equal(0, c.Spread);
        Assert.All(c.Runs, r => Assert.True(r.Taken is null or { OnlyA: 0, OnlyB: 0 }));
        Assert.All(c.Runs, r => Assert.True(r.Flips is null or { WrongUnderA.Count: 0, WrongUnderB.Count: 0 }));
        Assert.NotEqual(VerdictStatus.Supported, c.Status);
    }

    [Fact]
    public void JUnit_OfVerdictAndThresholds_FailsWhatIsViolatedAndSkipsWhatTheTraceDoesNotTell()
    {
        PooledComparison c = Pool("mainline_6_12", "mainline_6_12", "small-tdp");
        System.Xml.Linq.XElement suite = System.Xml.Linq.XElement.Parse(PooledJUnit.Of(c, [("a <b>", "lru.refaults", null), ("a <b>", "opt.refaults", "3 is above 2\u0001")])[("<?xml version=\"1.0\" encoding=\"utf-8\"?>".Length)..]);
        Assert.Equal(("3", "1", "1"), ((string?)suite.Attribute("tests"), (string?)suite.Attribute("failures"), (string?)suite.Attribute("skipped")));
        Assert.Equal(["skipped", "", "failure"], suite.Elements().Select(e => e.Elements().FirstOrDefault()?.Name.LocalName ?? ""));
        Assert.Equal("3 is above 2", (string?)suite.Elements().Last().Elements().First().Attribute("message"));
    }

    [Fact]
    public void TwoRuns_Pooled_AddsCountsAndNotEffects()
    {
        PooledComparison one = Pool("mainline_6_12", "opt", "small-tdp");
        PooledComparison two = Pool("mainline_6_12", "opt", "long-tdp");
        PooledComparison both = Pool("mainline_6_12", "opt", "small-tdp", "long-tdp");
        ComparedRun.Counts x = one.Runs[0].On(one.Runs[0].HeadSchedule)!.Value;
        ComparedRun.Counts y = two.Runs[0].On(two.Runs[0].HeadSchedule)!.Value;
        double expected = ((double)(x.RefaultsA + y.RefaultsA) / (x.OfA + y.OfA) / ((double)(x.RefaultsB + y.RefaultsB) / (x.OfB + y.OfB))) - 1;
        Assert.Equal(expected, both.Effect!.Value, 12);
        Assert.Equal([one.Effect, two.Effect], both.Effects);
        Assert.Equal(Math.Abs(one.Effect!.Value - two.Effect!.Value) / Math.Sqrt(2), both.Spread!.Value, 12);
        Assert.Null(both.Interval);
    }

    [Fact]
    public void ThreeRunsOfAClearEffect_AreSupportedWithAnIntervalBetweenRuns()
    {
        RunOptions options = FixtureRuns.Of("long-tdp") with { Calibrated = false, PerReclaim = 24, Pages = 512, Passes = 40, Policies = ["mainline_6_12", "opt"] };
        FixtureRun[] runs = [.. Enumerable.Range(1, 3).Select(i => new FixtureRun(options with { Name = "seed" + i, Seed = (ulong)(20 + i) }))];
        try
        {
            PooledComparison c = new("mainline_6_12", "opt", [.. runs.Select(r => ComparedRun.Read(RunTables.Read(r.Job, r.Folder), "mainline_6_12", "opt"))]);
            double[] effects = [.. c.Effects.Select(e => e!.Value)];
            // Student's t with two degrees of freedom: 4.303 at 95 %.
            double half = 4.303 * c.Spread!.Value / Math.Sqrt(3);
            Assert.Equal(effects.Average() - half, c.Interval!.Value.Low, 12);
            Assert.Equal(effects.Average() + half, c.Interval.Value.High, 12);
            Assert.Equal(c.Interval.Value.Low > 0 ? VerdictStatus.Supported : VerdictStatus.Undecidable, c.Status);
        }
        finally
        {
            Array.ForEach(runs, r => r.Dispose());
        }
    }

    [Fact]
    public void RunBelowCoverage_AmongOthers_AllowsNoRanking() =>
        Assert.Equal(VerdictStatus.Undecidable, Pool("mainline_6_12", "opt", "small-tdp", "shadow-hva").Status);

    [Fact]
    public void UnknownPolicy_IsRefusedWithTheNamesOfTheRun() =>
        Assert.Contains("mainline_6_12", Assert.Throws<UsageException>(() => Pool("no_such", "opt", "small-tdp")).Message, StringComparison.Ordinal);

    [Fact]
    public void Text_OfSeveralRuns_FitsAMailAndNamesEachRun()
    {
        PooledComparison c = Pool("mainline_6_12", "mglru_6_1", "small-tdp", "long-tdp", "lossy");
        string[] lines = PooledText.Of(c).Split('\n');
        Assert.All(lines, l => Assert.True(l.Length <= 72, l));
        Assert.All(c.Runs, r => Assert.Contains(lines, l => l.StartsWith(r.Title, StringComparison.Ordinal)));
        Assert.Equal(PooledText.Json(c), PooledText.Json(Pool("mainline_6_12", "mglru_6_1", "small-tdp", "long-tdp", "lossy")));
    }

    [Fact]
    public void Words_OfRunsThatAllowDifferentThings_FlipInTextJsonAndJUnit()
    {
        PooledComparison c = WithWords("mainline_6_12", "mglru_6_1", "", "small-tdp", "shadow-hva");
        VerdictWords words = c.Words.Single(w => w.Policy == "mainline_6_12");
        Assert.Equal([VerdictStatus.TooShort, VerdictStatus.Undecidable], words.Words);
        Assert.True(words.Flips);
        string text = string.Join(' ', PooledText.Of(c).Split('\n'));
        Assert.Contains("Verdict that flips: mainline_6_12 against mglru_6_1 is too short for an interval in small-tdp, undecidable from this trace in shadow-hva.", text, StringComparison.Ordinal);
        Assert.All(PooledText.Of(c).Split('\n'), l => Assert.True(l.Length <= 72, l));
        Assert.Contains("\"flips\": true", PooledText.Json(c), StringComparison.Ordinal);
        Assert.Contains("<skipped message=\"too short for an interval in small-tdp, undecidable from this trace in shadow-hva\"", PooledJUnit.Of(c, []), StringComparison.Ordinal);
    }

    [Fact]
    public void Words_OfOneRunTwice_AgreeAndNoFateFlips()
    {
        PooledComparison c = WithWords("mainline_6_12", "mglru_6_1", "capture", "small-tdp", "small-tdp");
        Assert.NotEmpty(c.Words);
        Assert.DoesNotContain(c.Words, w => w.Flips);
        Assert.Equal(["mainline_6_12", "mglru_6_1"], c.BetweenRuns.Select(f => f.Policy));
        Assert.All(c.BetweenRuns, f => Assert.Empty(f.Flips.WrongUnderA.Concat(f.Flips.WrongUnderB)));
        Assert.Contains("Verdicts that agree in all runs: ", string.Join(' ', PooledText.Of(c).Split('\n')), StringComparison.Ordinal);
        Assert.DoesNotContain("\"flips\": true", PooledText.Json(c), StringComparison.Ordinal);
    }

    [Fact]
    public void Fates_OfTwoRunsOfOneCapture_AreCountedPageByPageAndPassByPass()
    {
        using FixtureRun other = new(FixtureRuns.Of("small-tdp") with { Name = "after", Seed = 99 });
        FixtureRun before = SharedRuns.Of("small-tdp");
        ComparedRun x = ComparedRun.Read(RunTables.Read(before.Job, before.Folder), "mainline_6_12", "mglru_6_1", "capture");
        ComparedRun y = ComparedRun.Read(RunTables.Read(other.Job, other.Folder), "mainline_6_12", "mglru_6_1", "capture");
        PooledComparison c = new("mainline_6_12", "mglru_6_1", [x, y]);
        FateFlips flips = c.BetweenRuns.Single(f => f.Policy == "mainline_6_12").Flips;
        Assert.Equal(x.WrongA!.Keys.Except(y.WrongA!.Keys).Count(), flips.WrongUnderA.Values.Sum());
        Assert.Equal(y.WrongA.Keys.Except(x.WrongA.Keys).Count(), flips.WrongUnderB.Values.Sum());
        Assert.True(flips.WrongUnderA.Values.Sum() > 0);
        // Other captures have other pages.
        Assert.Empty(Pool("mainline_6_12", "mglru_6_1", "small-tdp", "long-tdp").BetweenRuns);
    }

    [Fact]
    public void Word_OfTheReportsPair_IsTheReportsVerdict()
    {
        foreach (RunOptions options in FixtureRuns.All)
        {
            FixtureRun run = SharedRuns.Of(options.Name);
            ReportModel report = ReportModel.Compute(run.Job, run.Folder, CancellationToken.None);
            Assert.Equal(report.Verdict.Status, VerdictRule.Word(report, report.Pair!.Candidate.Name, report.Pair.Baseline.Name));
        }
    }

    private static PooledComparison WithWords(string a, string b, string inputs, params string[] names) =>
        new(a, b, [.. names.Select(n => SharedRuns.Of(n)).Select(r => ComparedRun.ReadWithWords(RunTables.Read(r.Job, r.Folder), a, b, inputs, CancellationToken.None))]);

    private static PooledComparison Pool(string a, string b, params string[] names) =>
        new(a, b, [.. names.Select(n => SharedRuns.Of(n)).Select(r => ComparedRun.Read(RunTables.Read(r.Job, r.Folder), a, b))]);
}
