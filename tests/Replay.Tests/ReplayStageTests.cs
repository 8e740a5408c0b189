using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Jobs;
using SecondLook.Contracts.Runs;
using SecondLook.Contracts.Tables;
using SecondLook.Replay.Tests.Captures;

namespace SecondLook.Replay.Tests;

public sealed class ReplayStageTests
{
    private static readonly string[] AllPolicies = ["mglru_6_1", "mainline_6_12", "mainline_7_2", "lru", "opt"];

    public static TheoryData<string> Captures => [.. SharedCaptures.Readable()];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Captures))]
    public void Run_EveryCaptureInBothDemands_NothingBeatsOpt(string name)
    {
        using CapturedRun run = CapturedRun.Of(name)!;
        foreach (string demand in new[] { "as-recorded", "capacity" })
        {
            RunFolder folder = Sibling(run, demand);
            ReplayStage.Run(run.Job(demand, "auto", AllPolicies), folder, 2, null, CancellationToken.None);
            Table opt = Table.Read(Path.Combine(folder.ReplayOf("opt"), "totals.parquet"), TotalsTable.Schema);
            foreach (string policy in AllPolicies)
            {
                Table totals = Table.Read(Path.Combine(folder.ReplayOf(policy), "totals.parquet"), TotalsTable.Schema);
                Assert.Equal(opt.RowCount, totals.RowCount);
                for (int r = 0; r < totals.RowCount; r++)
                {
                    Assert.Equal(opt[TotalsTable.Requests][r], totals[TotalsTable.Requests][r]);
                    if (demand == "capacity")
                    {
                        Assert.True(totals[TotalsTable.Misses][r] >= opt[TotalsTable.Misses][r], $"{policy} beats OPT in {name}");
                        Assert.True(totals[TotalsTable.PeakResident][r] <= totals[TotalsTable.Capacity][r]);
                    }
                }
            }
        }
    }

    [Fact]
    public void Run_OnOneThreadOrTwo_GivesTheSameBytes()
    {
        using CapturedRun? run = CapturedRun.Of("v1-tdp-mglru-k612-small");
        if (run is null)
        {
            return;
        }
        RunFolder one = Sibling(run, "one");
        RunFolder two = Sibling(run, "two");
        ReplayStage.Run(run.Job("capacity", "auto", AllPolicies), one, 1, null, CancellationToken.None);
        ReplayStage.Run(run.Job("capacity", "auto", AllPolicies), two, 2, null, CancellationToken.None);
        string[] files = [.. Directory.GetFiles(one.Root, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(one.Root, f)).Order(StringComparer.Ordinal)];
        Assert.True(files.Length > 10);
        foreach (string file in files)
        {
            Assert.True(File.ReadAllBytes(Path.Combine(one.Root, file)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(two.Root, file))), file);
        }
    }

    [Fact]
    public void Run_Interrupted_ResumesAndKeepsWhatIsWhole()
    {
        using CapturedRun? run = CapturedRun.Of("v1-tdp-mglru-k612-small");
        if (run is null)
        {
            return;
        }
        ReplayStage.Run(run.Job("as-recorded", "auto", "lru"), run.Folder, 1, null, CancellationToken.None);
        DateTime before = File.GetLastWriteTimeUtc(Path.Combine(run.Folder.ReplayOf("lru"), "totals.parquet"));
        File.Delete(Path.Combine(run.Folder.Replay, "replay.json"));
        Directory.CreateDirectory(run.Folder.ReplayOf("opt") + ".partial");
        ReplayStage.Run(run.Job("as-recorded", "auto", AllPolicies), run.Folder, 1, null, CancellationToken.None);
        Assert.Equal(before, File.GetLastWriteTimeUtc(Path.Combine(run.Folder.ReplayOf("lru"), "totals.parquet")));
        Assert.True(File.Exists(Path.Combine(run.Folder.ReplayOf("opt"), "totals.parquet")));
        Assert.False(Directory.Exists(run.Folder.ReplayOf("opt") + ".partial"));
    }

    [Fact]
    public void Run_Under61And612_GivesDifferentGenerationHistories()
    {
        using CapturedRun? run = CapturedRun.Of("v1-tdp-mglru-k612-small");
        if (run is null)
        {
            return;
        }
        ReplayStage.Run(run.Job("as-recorded", "auto", AllPolicies), run.Folder, 2, null, CancellationToken.None);
        Table old = Table.Read(Path.Combine(run.Folder.ReplayOf("mglru_6_1"), "generations.parquet"), GenerationsTable.Schema);
        Table now = Table.Read(Path.Combine(run.Folder.ReplayOf("mainline_6_12"), "generations.parquet"), GenerationsTable.Schema);
        Assert.False(old[GenerationsTable.AnonPages].AsSpan().SequenceEqual(now[GenerationsTable.AnonPages]));
        Table asked = Table.Read(Path.Combine(run.Folder.ReplayOf("mainline_6_12"), "aging_passes.parquet"), AgingPassesTable.Schema);
        // The first aging finds what the recorded one found: all 1,024 pages; each later one the pages touched since (README of the capture).
        long[] young = [.. Enumerable.Range(0, asked.RowCount).Where(r => asked[AgingPassesTable.Schedule][r] == 0 && asked[AgingPassesTable.Trigger][r] == "command").Select(r => asked[AgingPassesTable.PagesYoung][r])];
        Assert.Equal(1024, young[0]);
        Assert.Equal([309, 299, 315], young[1..4]);
        Table missed = Table.Read(Path.Combine(run.Folder.ReplayOf("mglru_6_1"), "aging_passes.parquet"), AgingPassesTable.Schema);
        Assert.True(missed[AgingPassesTable.MissedYoung][1] > 0);
    }

    [Fact]
    public void Resolve_UnknownNames_ListsAllWithSuggestions()
    {
        UsageException e = Assert.Throws<UsageException>(() => ReplayCatalog.Resolve(
        [
            new PolicySpec("a", "lruu", new SortedDictionary<string, string>()),
            new PolicySpec("b", "opt", new SortedDictionary<string, string> { ["walk"] = "primary" }),
        ]));
        Assert.Equal(2, e.Problems.Count);
        Assert.Contains("did you mean 'lru'", e.Problems[0], StringComparison.Ordinal);
        Assert.Contains("'walk'", e.Problems[1], StringComparison.Ordinal);
    }

    // The dataset is made once; each demand gets a run folder of its own that shares it.
    private static RunFolder Sibling(CapturedRun run, string name)
    {
        string root = Path.Combine(run.Folder.Root, name);
        Directory.CreateDirectory(root);
        Directory.CreateSymbolicLink(Path.Combine(root, "events"), run.Folder.Events);
        return new RunFolder(root);
    }
}
