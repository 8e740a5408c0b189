using SecondLook.Contracts.Tables;
using SecondLook.Reports.Tests.Fixtures;

namespace SecondLook.Reports.Tests.Figures;

/// <summary>The series drawn add up to the tables they come from.</summary>
public sealed class SeriesTests
{
    [Fact]
    public void P5_OfOneCapture_CountsEveryTouchAndEvictionOfTheHeadSchedule()
    {
        FixtureRun run = SharedRuns.Of("small-tdp");
        string[][] rows = Rows(run, "p5");
        Table touches = Table.Read(Path.Combine(run.Folder.Schedule, "touches-uniform-1.parquet"), TouchesTable.Schema);
        Assert.Equal(touches.RowCount, rows.Sum(r => int.Parse(r[5])));
        Table evictions = Table.Read(Path.Combine(run.Folder.ReplayOf("mainline_6_12"), "evictions.parquet"), EvictionsTable.Schema);
        Assert.Equal(evictions[EvictionsTable.Schedule].Count(s => s == 0), rows.Sum(r => int.Parse(r[6])));
    }

    [Fact]
    public void P9_AtTheEnd_IsTheDifferenceOfRefaultsToOpt()
    {
        FixtureRun run = SharedRuns.Of("small-tdp");
        string[][] rows = Rows(run, "p9");
        foreach (string policy in (string[])["mainline_6_12", "mglru_6_1", "lru"])
        {
            double last = double.Parse(rows.Last(r => r[0] == policy)[2]);
            Assert.Equal(Refaults(run, policy) - Refaults(run, "opt"), last);
        }
        Assert.DoesNotContain(rows, r => r[0] == "opt");
    }

    [Fact]
    public void P6_AtEveryInstant_KeepsHotPagesWithinPages()
    {
        FixtureRun run = SharedRuns.Of("small-tdp");
        string[][] rows = Rows(run, "p6");
        Assert.All(rows, r => Assert.InRange(long.Parse(r[6]), 0, long.Parse(r[5])));
        Assert.Equal(["mainline_6_12", "mglru_6_1"], rows.Select(r => r[0]).Distinct());
    }

    [Fact]
    public void P1_OnTheFrontier_HasNoPointBeatenTwice()
    {
        FixtureRun run = SharedRuns.Of("many");
        (string Name, double Cost, double Loss, bool On)[] points = [.. Rows(run, "p1").Where(r => r[1].Length > 0).Select(r => (r[0], double.Parse(r[1]), double.Parse(r[4]), r[8] == "yes"))];
        Assert.Contains(points, p => p.On);
        foreach ((string name, double cost, double loss, bool on) in points)
        {
            bool beaten = points.Any(o => o.Cost <= cost && o.Loss <= loss && (o.Cost < cost || o.Loss < loss));
            Assert.True(on != beaten, name);
        }
    }

    [Fact]
    public void P2_UnderThreeCapacities_IsRefaultsOverRequestsAndNeverBelowOpt()
    {
        FixtureRun run = SharedRuns.Of("capacity");
        string[][] rows = Rows(run, "p2");
        Assert.Equal(12, rows.Length);
        Table totals = Table.Read(Path.Combine(run.Folder.ReplayOf("lru"), "totals.parquet"), TotalsTable.Schema);
        int row = Enumerable.Range(0, totals.RowCount).Single(r => totals[TotalsTable.Schedule][r] == 0 && totals[TotalsTable.Capacity][r] == 512);
        double expected = (double)totals[TotalsTable.Refaults][row] / totals[TotalsTable.Requests][row];
        Assert.Equal(expected, double.Parse(rows.Single(r => r[0] == "lru" && r[1] == "512")[3]), 15);
        foreach (string capacity in (string[])["256", "512", "768"])
        {
            double floor = double.Parse(rows.Single(r => r[0] == "opt" && r[1] == capacity)[3]);
            Assert.All(rows.Where(r => r[1] == capacity), r => Assert.True(double.Parse(r[3]) >= floor));
        }
    }

    [Fact]
    public void P4AndP8_OfALongTrace_FallAndRiseWithTheThreshold()
    {
        FixtureRun run = SharedRuns.Of("long-tdp");
        double[][] cold = [.. Rows(run, "p4").Select(r => r.Select(double.Parse).ToArray())];
        Assert.All(cold.Zip(cold.Skip(1)), p => Assert.True(p.Second[1] <= p.First[1] && p.Second[0] > p.First[0]));
        Assert.All(cold, r => Assert.InRange(r[1], 0, 100));
        double[][] reuse = [.. Rows(run, "p8").Select(r => r.Select(double.Parse).ToArray())];
        Assert.All(reuse.Zip(reuse.Skip(1)), p => Assert.True(p.Second[1] >= p.First[1] && p.Second[2] >= p.First[2]));
        Assert.Equal(100, reuse[^1][1], 9);
    }

    [Fact]
    public void P10_OfOneCapture_CountsEveryPageOnce()
    {
        FixtureRun run = SharedRuns.Of("small-tdp");
        HashSet<(int, int)> either = [.. Taken(run, "mainline_6_12"), .. Taken(run, "mglru_6_1")];
        string[][] rows = Rows(run, "p10");
        Assert.Equal(9, rows.Length);
        Assert.Equal("", rows.Single(r => r[0] == "kept" && r[1] == "kept")[2]);
        long counted = rows.Where(r => r[2].Length > 0).Sum(r => long.Parse(r[2]));
        Assert.InRange(counted, 1, either.Count);
        Assert.Equal(either.Count - counted, Censored(run, either));
    }

    [Fact]
    public void P12_OfOneCapture_HasTheCallsOfTheCostsTable()
    {
        FixtureRun run = SharedRuns.Of("small-tdp");
        Table costs = Table.Read(Path.Combine(run.Folder.ReplayOf("mainline_6_12"), "costs.parquet"), CostsTable.Schema);
        int row = Enumerable.Range(0, costs.RowCount).First(r => costs[CostsTable.Schedule][r] == 0 && costs[CostsTable.Hook][r] == "clear_young");
        string[] shown = Rows(run, "p12").Single(r => r[0] == "mainline_6_12" && r[1] == "clear_young");
        Assert.Equal(costs[CostsTable.Calls][row], long.Parse(shown[3]));
        Assert.DoesNotContain(Rows(run, "p12"), r => r[1] == "walk");
    }

    [Fact]
    public void P14_AtTheWholeTrace_IsTheEffectOfTheVerdict()
    {
        FixtureRun run = SharedRuns.Of("small-tdp");
        ReportModel report = ReportModel.Compute(run.Job, run.Folder, CancellationToken.None);
        Assert.Equal(100 * report.Pair!.Effect!.Value, double.Parse(Rows(run, "p14")[^1][5]), 9);
    }

    [Fact]
    public void P15_OfACalibratedCapture_HoldsEveryPair()
    {
        FixtureRun run = SharedRuns.Of("small-tdp");
        string[][] rows = Rows(run, "p15");
        Assert.Equal(["residency", "residency", "residency", "counter", "counter"], rows.Select(r => r[0]));
        Assert.Equal("", rows[0][4]);
        Assert.Equal(100.0 * ((516.0 / 518) - 1), double.Parse(rows[1][4]), 9);
    }

    private static IEnumerable<(int Pass, int Page)> Taken(FixtureRun run, string policy)
    {
        Table table = Table.Read(Path.Combine(run.Folder.ReplayOf(policy), "evictions.parquet"), EvictionsTable.Schema);
        return Enumerable.Range(0, table.RowCount).Where(r => table[EvictionsTable.Schedule][r] == 0).Select(r => (table[EvictionsTable.Pass][r], table[EvictionsTable.Page][r]));
    }

    private static long Censored(FixtureRun run, HashSet<(int Pass, int Page)> either)
    {
        HashSet<(int, int)> unjudged = [];
        foreach (string policy in (string[])["mainline_6_12", "mglru_6_1"])
        {
            Table table = Table.Read(Path.Combine(run.Folder.ReplayOf(policy), "evictions.parquet"), EvictionsTable.Schema);
            for (int r = 0; r < table.RowCount; r++)
            {
                if (table[EvictionsTable.Schedule][r] == 0 && table[EvictionsTable.Outcome][r] == "censored")
                {
                    unjudged.Add((table[EvictionsTable.Pass][r], table[EvictionsTable.Page][r]));
                }
            }
        }
        return either.Count(unjudged.Contains);
    }

    private static int Refaults(FixtureRun run, string policy)
    {
        Table table = Table.Read(Path.Combine(run.Folder.ReplayOf(policy), "refaults.parquet"), RefaultsTable.Schema);
        return table[RefaultsTable.Schedule].Count(s => s == 0);
    }

    private static string[][] Rows(FixtureRun run, string figure) =>
        [.. run.Read($"figures/{figure.ToUpperInvariant()}.csv").TrimEnd('\n').Split('\n').Skip(1).Select(l => l.Split(','))];
}
