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

    private static int Refaults(FixtureRun run, string policy)
    {
        Table table = Table.Read(Path.Combine(run.Folder.ReplayOf(policy), "refaults.parquet"), RefaultsTable.Schema);
        return table[RefaultsTable.Schedule].Count(s => s == 0);
    }

    private static string[][] Rows(FixtureRun run, string figure) =>
        [.. run.Read($"figures/{figure.ToUpperInvariant()}.csv").TrimEnd('\n').Split('\n').Skip(1).Select(l => l.Split(','))];
}
