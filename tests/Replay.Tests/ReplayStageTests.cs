using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Jobs;
using SecondLook.Contracts.Runs;
using SecondLook.Contracts.Tables;
using SecondLook.Replay.Tests.Captures;

namespace SecondLook.Replay.Tests;

public sealed class ReplayStageTests
{
    private static readonly string[] AllPolicies = ["lru", "opt"];

    public static TheoryData<string> Captures => [.. SharedCaptures.Readable()];

    [Theory]
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
