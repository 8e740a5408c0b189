using System.Security.Cryptography;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Runs;
using SecondLook.Contracts.Tables;
using SecondLook.Reports.Tests.Fixtures;

namespace SecondLook.Reports.Tests;

public sealed class ReportStageTests
{
    public static TheoryData<string> Names => [.. FixtureRuns.All.Select(o => o.Name)];

    /// <summary>With SECONDLOOK_RENDER set to a folder, the reports are left there to be looked at.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Run_OnFinishedTables_WritesEveryArtefactWhole(string name)
    {
        string? folder = Environment.GetEnvironmentVariable("SECONDLOOK_RENDER");
        FixtureRun run = folder is null ? SharedRuns.Of(name) : new FixtureRun(FixtureRuns.Of(name), Path.Combine(folder, name)).Report();
        foreach (string file in (string[])["index.html", "summary.txt", "summary.json", .. ReportCatalog.Figures.Names.SelectMany(f => new[] { $"figures/{f.ToUpperInvariant()}.svg", $"figures/{f.ToUpperInvariant()}.csv" })])
        {
            Assert.True(new FileInfo(Path.Combine(run.Folder.Report, file)).Length > 20, file);
        }
        Assert.Empty(Directory.GetFiles(run.Folder.Root, "*.partial", SearchOption.AllDirectories));
        Assert.InRange(new FileInfo(run.Folder.IndexHtml).Length, 20_000, 900_000);
        Table metrics = Table.Read(run.Folder.Metrics, MetricsTable.Schema);
        Assert.Equal(File.ReadAllLines(run.Folder.MetricsCsv).Length - 1, metrics.RowCount);
        for (int r = 0; r < metrics.RowCount; r++)
        {
            // A number or a reason, never both and never neither.
            Assert.NotEqual(metrics.IsNull(MetricsTable.Value, r), metrics.IsNull(MetricsTable.Why, r));
        }
    }

    [Fact]
    public void Run_Twice_GivesTheSameBytes()
    {
        using FixtureRun one = new FixtureRun(FixtureRuns.Of("lossy")).Report();
        using FixtureRun two = new FixtureRun(FixtureRuns.Of("lossy")).Report();
        SortedDictionary<string, string> first = Hashes(one.Folder);
        one.Report();
        Assert.Equal(first, Hashes(one.Folder));
        Assert.Equal(first, Hashes(two.Folder));
    }

    [Fact]
    public void Run_WithoutReplayTables_SaysWhatIsMissing()
    {
        using FixtureRun run = new(FixtureRuns.Of("small-tdp"));
        Directory.Delete(run.Folder.ReplayOf("lru"), recursive: true);
        ArtifactException e = Assert.Throws<ArtifactException>(() => run.Report());
        Assert.Equal(3, e.ExitCode);
        Assert.False(File.Exists(run.Folder.IndexHtml));
    }

    [Fact]
    public void Run_Cancelled_LeavesNoPage()
    {
        using FixtureRun run = new(FixtureRuns.Of("small-tdp"));
        using CancellationTokenSource cancel = new();
        cancel.Cancel();
        Assert.Throws<OperationCanceledException>(() => ReportStage.Run(run.Job, run.Folder, null, cancel.Token));
        Assert.False(File.Exists(run.Folder.IndexHtml));
    }

    private static SortedDictionary<string, string> Hashes(RunFolder run)
    {
        SortedDictionary<string, string> hashes = new(StringComparer.Ordinal);
        foreach (string file in Directory.GetFiles(run.Root, "*", SearchOption.AllDirectories))
        {
            hashes[Path.GetRelativePath(run.Root, file)] = Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));
        }
        return hashes;
    }
}
