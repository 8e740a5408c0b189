using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Events;
using SecondLook.Contracts.Tables;
using SecondLook.Replay.Schedules;

namespace SecondLook.Replay.Tests;

/// <summary>Input that cannot be is counted with its place; a model that contradicts itself stops the run and says where.</summary>
public class ContradictoryInputTests
{
    private const ulong Leaf = 0x800 | 0x27;
    private const ulong HugeLeaf = Leaf | 0x80;

    [Fact]
    public void See_MapsOutsideEverySlot_AreCountedWithTheirEvents()
    {
        ContradictoryInput input = new(Slots((1, 0x40000, null, null)));
        input.See(Map(0x40000, 1, Leaf), 7, 100);
        input.See(Map(0x41000, 1, Leaf), 8, 200);
        input.See(Map(0x41001, 1, Leaf), 9, 300);
        ContradictoryInput.Class found = Assert.Single(input.Classes, c => c.Key == ContradictoryInput.TouchOutsideSlots).Value;
        Assert.Equal(2, found.Count);
        Assert.Equal([(8, 200), (9, 300)], found.First);
    }

    [Fact]
    public void See_SlotThatIsGoneForLong_IsNoSlot()
    {
        ContradictoryInput input = new(Slots((1, 0x40000, null, 1_000_000_000)));
        input.See(Map(0x40000, 1, Leaf), 1, 1_010_000_000);
        Assert.Empty(input.Classes);
        input.See(Map(0x40000, 1, Leaf), 2, 2_000_000_000);
        Assert.Equal([(2, 2_000_000_000)], input.Classes[ContradictoryInput.TouchOutsideSlots].First);
    }

    [Theory]
    [InlineData(0x40000, 2, true)]
    [InlineData(0x40001, 2, false)]
    [InlineData(0x40200, 2, false)]
    [InlineData(0x40000, 0, false)]
    [InlineData(0x40000, 6, false)]
    public void See_LevelOfALeaf_MustFitFrameAndSlot(ulong gfn, int level, bool fits)
    {
        ContradictoryInput input = new(Slots((1, 0x40000, null, null)));
        input.See(Map(gfn, level, HugeLeaf), 3, 100);
        Assert.Equal(fits ? 0 : 1, input.Classes.Count);
        Assert.Equal(!fits, input.Classes.ContainsKey(ContradictoryInput.LevelMisfit));
    }

    [Fact]
    public void See_UnmapOfAnUnknownRange_IsCounted()
    {
        ContradictoryInput input = new(Slots((1, 0x40000, null, null)));
        input.See(Unmap(0x600000000000), 1, 100);
        input.See(Unmap(0x700000000000), 2, 200);
        Assert.Equal([(2, 200)], input.Classes[ContradictoryInput.UnmapOutsideSlots].First);
    }

    [Fact]
    public void Constructor_SlotsThatClaimOneFrame_AreCountedWithTheirRow()
    {
        ContradictoryInput input = new(Slots((1, 0x40000, null, null), (2, 0x40200, null, null), (3, 0x50000, null, 10), (4, 0x50000, 10, null)));
        Assert.Equal([(1, 0)], input.Classes[ContradictoryInput.SlotOverlap].First);
    }

    [Fact]
    public void SeeSchedule_AccessWhileItsSlotIsGone_IsCounted()
    {
        MemslotTimeline slots = Slots((1, 0x40000, null, 100));
        ContradictoryInput input = new(slots);
        GuestPages pages = GuestPages.FromSlots([new SlotPages("", 1, 0x40000, 768, 0x600000000000, 0)]);
        List<ScheduledAccess> accesses = [At(50, 11), At(150, 12)];
        input.SeeSchedule(new AccessSchedule("truth", "truth", pages.Count, accesses, 1), pages);
        Assert.Equal([(12, 150)], input.Classes[ContradictoryInput.ScheduledOutsideSlots].First);
    }

    [Fact]
    public void Run_ModelThatContradictsItself_StopsWithEventAndTime()
    {
        AccessSchedule schedule = new("truth", "truth", 4, [At(50, 11), At(150, 12), At(250, 13)], 1);
        ReplayRecord record = new() { Schedule = 0, Capacity = null };
        ReplayRecorder recorder = new(schedule, record, 0, 300, 10, 10);
        InvariantException stop = Assert.Throws<InvariantException>(
            () => ReplayLoop.Run(new Breaking(recorder), schedule, new ReplayScript([], [], []), recorder, CancellationToken.None));
        Assert.Equal(5, stop.ExitCode);
        Assert.Contains("event 12 at 150 ns: the lists disagree", stop.Message, StringComparison.Ordinal);
    }

    private static ScheduledAccess At(long ts, long seq) => new(ts, seq, 0, TouchOrigin.Truth, false, false, 0, 0);

    private static TraceEvent Map(ulong gfn, int level, ulong spte)
    {
        TraceEvent e = default;
        e.Kind = TraceEventKind.SpteChange;
        e.Op = TraceEventOp.Map;
        e.Gfn = gfn;
        e.Level = (byte)level;
        e.NewSpte = spte;
        return e;
    }

    private static TraceEvent Unmap(ulong hva)
    {
        TraceEvent e = default;
        e.Kind = TraceEventKind.Invalidate;
        e.Start = hva;
        e.End = hva + 4096;
        return e;
    }

    private static MemslotTimeline Slots(params (int Slot, long Gfn, long? From, long? To)[] slots)
    {
        TableBuilder table = new(MemslotsTable.Schema);
        foreach ((int slot, long gfn, long? from, long? to) in slots)
        {
            int row = table.AddRow();
            table[MemslotsTable.Vm].Set(row, "");
            table[MemslotsTable.AsId].Set(row, 0);
            table[MemslotsTable.Slot].Set(row, slot);
            table[MemslotsTable.Gfn].Set(row, gfn);
            table[MemslotsTable.Npages].Set(row, 768);
            table[MemslotsTable.Hva].Set(row, 0x600000000000 + (slot - 1) * 0x10000000L);
            table[MemslotsTable.Flags].Set(row, 0);
            if (from is { } begin)
            {
                table[MemslotsTable.TsFromNs].Set(row, begin);
            }
            if (to is { } end)
            {
                table[MemslotsTable.TsToNs].Set(row, end);
            }
        }
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            ParquetTables.Write(path, table, Parquet.ParquetCodec.None);
            return MemslotTimeline.From(Table.Read(path, MemslotsTable.Schema), []);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private sealed class Breaking(ReplayRecorder recorder) : IReplayedMemory
    {
        public void Touch(int position)
        {
            recorder.Touch(position);
            if (position == 1)
            {
                throw new InvalidOperationException("the lists disagree");
            }
        }

        public void Run(in DemandStep step)
        {
        }

        public void Change(in SlotChange change)
        {
        }

        public void Mmio(in MmioAccess access)
        {
        }

        public void CheckInvariants()
        {
        }

        public void Finish()
        {
        }
    }
}
