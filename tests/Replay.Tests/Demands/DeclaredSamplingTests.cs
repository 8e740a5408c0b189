using SecondLook.Contracts.Tables;
using SecondLook.Replay.Demands;

namespace SecondLook.Replay.Tests.Demands;

/// <summary>A capture that recorded one page in so many: commands name pages of the whole machine, the model holds the recorded ones.</summary>
public class DeclaredSamplingTests
{
    [Theory]
    [InlineData("""[{"name":"a","sampled_pages":8}]""", 8)]
    [InlineData("""[{"name":"a"},{"name":"b","sampled_pages":4}]""", 4)]
    [InlineData("""[{"name":"a"}]""", 1)]
    [InlineData("""[{"name":"a","sampled_pages":"many"}]""", 1)]
    [InlineData("""{"name":"a"}""", 1)]
    [InlineData("no json", 1)]
    public void Share_IsWhatTheStreamsDeclare(string streams, int share) =>
        Assert.Equal(share, DeclaredSampling.Of(new Dictionary<string, string> { ["kmr.streams"] = streams }));

    [Theory]
    [InlineData(400, 4, 100)]
    [InlineData(402, 4, 101)]
    [InlineData(1, 64, 1)]
    [InlineData(0, 8, 0)]
    [InlineData(-1, 8, -1)]
    [InlineData(400, 1, 400)]
    public void Part_RoundsAndNeverAsksForNothing(long pages, int share, long part) => Assert.Equal(part, DeclaredSampling.Part(pages, share));

    [Fact]
    public void Commands_AskForTheirPartOfTheSample()
    {
        RecordedDemand whole = Demand(1);
        RecordedDemand sampled = Demand(8);
        Assert.Equal([-1L, 512], whole.Commands.Select(c => c.Pages));
        Assert.Equal([-1L, 64], sampled.Commands.Select(c => c.Pages));
        Assert.Equal(1024, whole.MemoryMaxPages);
        Assert.Equal(128, sampled.MemoryMaxPages);
    }

    private static RecordedDemand Demand(int share)
    {
        TableBuilder table = new(ActionsTable.Schema);
        Add(table, 0, "cg", "memory.max 4M");
        Add(table, 1, "reclaim", "2M");
        return RecordedDemand.From(Written(table), [], [], 0, share);
    }

    private static void Add(TableBuilder table, int step, string action, string detail)
    {
        int row = table.AddRow();
        table[ActionsTable.Step].Set(row, step);
        table[ActionsTable.BeginNs].Set(row, step * 1000L);
        table[ActionsTable.EndNs].Set(row, (step * 1000L) + 500);
        table[ActionsTable.Action].Set(row, action);
        table[ActionsTable.Detail].Set(row, detail);
        table[ActionsTable.Vm].Set(row, "vm0");
        table[ActionsTable.Inferred].Set(row, false);
    }

    private static Table Written(TableBuilder table)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("secondlook-").FullName, "actions.parquet");
        try
        {
            ParquetTables.Write(path, table, SecondLook.Parquet.ParquetCodec.None);
            return Table.Read(path, ActionsTable.Schema);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }
}
