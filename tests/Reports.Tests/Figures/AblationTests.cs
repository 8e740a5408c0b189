using System.Globalization;
using SecondLook.Contracts.Tables;
using SecondLook.Parquet;
using SecondLook.Reports.Tests.Fixtures;

namespace SecondLook.Reports.Tests.Figures;

public sealed class AblationTests
{
    [Fact]
    public void P11_OfAThoroughRun_PrintsSinglesPairsIntervalsAndInteractions()
    {
        using FixtureRun run = new(FixtureRuns.Of("long-tdp"));
        WriteAblation(run);
        run.Report();
        Dictionary<string, double?[]> rows = run.Read("figures/P11.csv").Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(l => l.Split(','))
            .ToDictionary(w => w[1], w => w[2..].Select(x => x.Length == 0 ? (double?)null : Math.Round(double.Parse(x, CultureInfo.InvariantCulture), 6)).ToArray());
        // Without the walk half as many refaults more in every slice, so every draw of blocks agrees; the second schedule says 20 %.
        Assert.Equal([50, 50, 50, 20, 50], rows["walk"][..5]);
        Assert.Equal([0, 0, 0, 0, 0], rows["tiers"][..5]);
        Assert.Equal([80, 80, 80, 30, 80, 30, 30, 30, 10, 30], rows["walk+tiers"]);
        Assert.All(rows["min_ttl"], Assert.Null);
        string page = run.Read("index.html");
        Assert.Contains("walk", run.Read("figures/P11.svg"), StringComparison.Ordinal);
        Assert.Contains("Not at work here, so not switched off: min_ttl.", page, StringComparison.Ordinal);
    }

    [Fact]
    public void P11_WithoutAnAblation_SaysHowToGetOne() =>
        Assert.Contains("# not drawn: No mechanism was switched off: 0 replays. A thorough run (--thorough)", SharedRuns.Of("small-tdp").Read("figures/P11.csv"), StringComparison.Ordinal);

    private static void WriteAblation(FixtureRun run)
    {
        TableBuilder table = new(AblationTable.Schema);
        TableBuilder slices = new(AblationSlicesTable.Schema);
        foreach ((string without, int[] refaults) in ((string, int[])[])[("", [1000, 1000]), ("walk", [1500, 1200]), ("tiers", [1000, 1000]), ("walk+tiers", [1800, 1300])])
        {
            for (int schedule = 0; schedule < refaults.Length; schedule++)
            {
                Add(table, without, true, schedule, refaults[schedule]);
            }
            for (int slice = 0; slice < 1000; slice++)
            {
                int row = slices.AddRow();
                slices[AblationSlicesTable.Policy].Set(row, "mainline_6_12");
                slices[AblationSlicesTable.Without].Set(row, without);
                slices[AblationSlicesTable.BeginNs].Set(row, ToyReplay.BeginNs + (slice * 64L * 9_000_000));
                slices[AblationSlicesTable.Evictions].Set(row, 20);
                slices[AblationSlicesTable.Again].Set(row, refaults[0] / 100);
            }
        }
        Add(table, "min_ttl", false, -1, 0);
        ParquetTables.Write(Path.Combine(run.Folder.Replay, "ablation.parquet"), table, ParquetCodec.None);
        ParquetTables.Write(Path.Combine(run.Folder.Replay, "ablation_slices.parquet"), slices, ParquetCodec.None);
    }

    private static void Add(TableBuilder table, string without, bool atWork, int schedule, int refaults)
    {
        int row = table.AddRow();
        table[AblationTable.Policy].Set(row, "mainline_6_12");
        table[AblationTable.Without].Set(row, without);
        table[AblationTable.AtWork].Set(row, atWork);
        table[AblationTable.Schedule].Set(row, schedule);
        if (atWork)
        {
            table[AblationTable.Requests].Set(row, 100_000);
            table[AblationTable.Evictions].Set(row, 20_000);
            table[AblationTable.Refaults].Set(row, refaults);
        }
    }
}
