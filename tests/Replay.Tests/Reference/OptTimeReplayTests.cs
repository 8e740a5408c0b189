using SecondLook.Contracts.Runs;
using SecondLook.Contracts.Tables;
using SecondLook.Replay.Tests.Captures;

namespace SecondLook.Replay.Tests.Reference;

public sealed class OptTimeReplayTests
{
    [Fact]
    public void Proactive_FreesColdPagesOnly_HenceNothingComesBackWithinTheHorizon()
    {
        using CapturedRun? run = CapturedRun.Of("v1-tdp-mglru-k612-small");
        if (run is null)
        {
            return;
        }
        ReplayStage.Run(run.Job("proactive", "truth", "opt_time", "lru"), run.Folder, 2, null, CancellationToken.None);
        (long freed, long wrong) = Evictions(run.Folder, "opt_time");
        Assert.True(freed > 0);
        Assert.Equal(0, wrong);
        Assert.True(Evictions(run.Folder, "lru").Wrong > 0);
    }

    private static (long Freed, long Wrong) Evictions(RunFolder folder, string policy)
    {
        Table evictions = Table.Read(Path.Combine(folder.ReplayOf(policy), "evictions.parquet"), EvictionsTable.Schema);
        return (evictions.RowCount, Enumerable.Range(0, evictions.RowCount).Count(r => evictions[EvictionsTable.Outcome][r] == "false_cold"));
    }
}
