using SecondLook.Contracts.Events;
using SecondLook.Contracts.Tables;
using SecondLook.Parquet;

namespace SecondLook.Ingest.Tests;

/// <summary>What an aging step answered is what the guest really touched (truth.csv), on the small 6.12 capture.</summary>
public sealed class AgingTruthTests
{
    [Fact]
    public void Run_SmallTdp612_EachAgingStepFindsExactlyThePagesTouchedSinceTheHarvestBefore()
    {
        if (Captures.Folder("v1-tdp-mglru-k612-small") is not { } capture)
        {
            return;
        }
        using Scratch scratch = new();
        IngestStage.Run(new IngestRequest { Inputs = [capture], Codec = ParquetCodec.None }, scratch["dataset"], CancellationToken.None);
        Table actions = Table.Read(scratch[Path.Combine("dataset", "actions.parquet")], ActionsTable.Schema);
        Table truth = Table.Read(scratch[Path.Combine("dataset", "truth.parquet")], TruthTable.Schema);
        List<TraceEvent> events = Read(scratch["dataset"]);

        // A page's interval begins with its last harvest or with its mapping; the fault of the mapping is an access as well.
        List<int> found = [];
        List<int> touched = [];
        for (int a = 0; a < actions.RowCount; a++)
        {
            if (actions[ActionsTable.Action][a] != "age" || actions[ActionsTable.Rc][a] != 0)
            {
                continue;
            }
            (long begin, long end) = (actions[ActionsTable.BeginNs][a], actions[ActionsTable.EndNs][a]);
            HashSet<ulong> young = [.. events.Where(e => e.Kind == TraceEventKind.Age && e.Young && e.Slot == 1 && e.TsNs >= begin && e.TsNs <= end).Select(e => e.Gfn)];
            Dictionary<ulong, long> since = [];
            foreach (TraceEvent e in events.Where(e => e.TsNs < begin && e.Gfn >= 0x40000 && e.Gfn < 0x40400))
            {
                if ((e.Kind == TraceEventKind.Age && e.Has(EventColumn.Young)) || (e.Kind == TraceEventKind.SpteChange && e.Op is TraceEventOp.Zap or TraceEventOp.Freeze && e.Level == 1))
                {
                    since[e.Gfn] = e.TsNs;
                }
            }
            HashSet<ulong> expected = [];
            for (int t = 0; t < truth.RowCount; t++)
            {
                ulong gfn = (ulong)truth[TruthTable.Gfn][t];
                if (truth[TruthTable.Vcpu][t] >= 0 && truth[TruthTable.TsNs][t] < begin && truth[TruthTable.TsNs][t] > since.GetValueOrDefault(gfn))
                {
                    expected.Add(gfn);
                }
            }
            HashSet<ulong> asked = [.. events.Where(e => e.Kind == TraceEventKind.Age && e.Slot == 1 && e.TsNs >= begin && e.TsNs <= end).Select(e => e.Gfn)];
            expected.IntersectWith(asked);
            Assert.Equal(expected.Order(), young.Order());
            found.Add(young.Count);
            touched.Add(expected.Count);
        }
        Assert.Equal([1024, 309, 299, 315, 493, 256], found);
        Assert.Equal(touched, found);
    }

    internal static List<TraceEvent> Read(string dataset)
    {
        using EventsReader reader = new(dataset);
        List<TraceEvent> events = [];
        TraceEvent e = default;
        while (reader.TryRead(ref e))
        {
            events.Add(e);
        }
        return events;
    }
}
