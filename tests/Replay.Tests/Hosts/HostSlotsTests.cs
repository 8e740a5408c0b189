using SecondLook.Contracts.Tables;
using SecondLook.Replay.Hosts;
using SecondLook.Replay.Mmu;
using SecondLook.Replay.Replacement;

namespace SecondLook.Replay.Tests.Hosts;

/// <summary>Memslots that come and go in a replay, MMIO between them, and a nested guest, on a small host of its own.</summary>
public class HostSlotsTests
{
    private const int Pages = 64;

    [Theory]
    [InlineData(ZapMechanism.ZapAllFast, true)]
    [InlineData(ZapMechanism.ZapAllSlow, true)]
    [InlineData(ZapMechanism.SlotPages2019, false)]
    [InlineData(ZapMechanism.SlotLeafs, false)]
    public void Apply_DeletionOfOneSlot_ZapsWhatTheMechanismSays(ZapMechanism mechanism, bool losesOthers)
    {
        HostModel host = Host(new KvmConfig { SlotDeletion = mechanism }, Timeline());
        TouchAll(host);
        Assert.Equal(2 * Pages, host.Processes[0].Vm.Tdp!.LeafCount);
        host.Apply(new SlotChange(100, false, 1));
        Assert.Equal(losesOthers ? 0 : Pages, host.Processes[0].Vm.Tdp!.LeafCount);
        Assert.Equal(1, host.Cost(NotifierHook.MemslotChange, NotifierCaller.Vmm, CostKind.Calls));
        // The memory itself stays with the process: only the guest's way to it is gone.
        Assert.True(host.IsMapped(Pages));
        host.CheckInvariants();
    }

    [Fact]
    public void Apply_SlotThatComesBack_IsUsableAgain_AndTouchesBetweenAreCounted()
    {
        HostModel host = Host(new KvmConfig(), Timeline());
        TouchAll(host);
        host.Apply(new SlotChange(100, false, 1));
        Assert.True(host.GuestAccess(Pages, write: false, cpu: 0));
        Assert.Equal(1, host.AccessesOutsideSlots);
        host.Apply(new SlotChange(200, true, 2));
        Assert.True(host.GuestAccess(Pages, write: false, cpu: 0));
        Assert.Equal(1, host.AccessesOutsideSlots);
        Assert.Equal(1, host.Processes[0].Vm.Tdp!.LeafCount);
        Assert.Equal(2, host.Cost(NotifierHook.MemslotChange, NotifierCaller.Vmm, CostKind.Calls));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void MmioAccess_SecondOne_FindsTheEntryUntilMemslotsChange(bool tdp)
    {
        HostModel host = Host(new KvmConfig { TdpMmuEnabled = tdp }, Timeline());
        CostKind section = tdp ? CostKind.ReadSections : CostKind.WriteSections;
        host.MmioAccess("", new(0x90000));
        host.MmioAccess("", new(0x90000));
        Assert.Equal(2, host.Cost(NotifierHook.Mmio, NotifierCaller.Guest, CostKind.Calls));
        Assert.Equal(1, host.Cost(NotifierHook.Mmio, NotifierCaller.Guest, section));
        host.Apply(new SlotChange(200, true, 3));
        host.MmioAccess("", new(0x90000));
        Assert.Equal(2, host.Cost(NotifierHook.Mmio, NotifierCaller.Guest, section));
        // A frame that a slot holds is memory.
        host.MmioAccess("", new(0x40000));
        Assert.Equal(3, host.Cost(NotifierHook.Mmio, NotifierCaller.Guest, CostKind.Calls));
    }

    [Fact]
    public void FollowSlots_SlotThatAppearsLater_IsNotThereBefore()
    {
        HostModel host = Host(new KvmConfig(), Timeline(from: 500));
        Assert.True(host.GuestAccess(Pages, write: false, cpu: 0));
        Assert.Equal(1, host.AccessesOutsideSlots);
    }

    [Fact]
    public void GuestAccess_OfAnL2_IsSeenByTheShadowMmuAlone()
    {
        HostModel host = Host(new KvmConfig(), null);
        HostProcess process = host.Processes[0];
        Assert.False(process.Vm.HaveRmaps);
        Assert.True(host.GuestAccess(3, write: true, cpu: 0, nested: true));
        Assert.True(host.GuestAccess(3, write: true, cpu: 0, nested: true));
        Assert.True(process.Vm.HaveRmaps);
        Assert.Equal((0, 1), (process.Vm.Tdp!.LeafCount, process.Vm.Shadow!.LeafCount));
        host.GuestAccess(3, write: false, cpu: 0);
        Assert.Equal((1, 1), (process.Vm.Tdp!.LeafCount, process.Vm.Shadow!.LeafCount));
        host.CheckInvariants();
    }

    [Fact]
    public void GuestAccess_OnArm64OfAnL2_IsNeverAged()
    {
        HostModel host = Host(new KvmConfig { Arch = KvmArch.Arm64 }, null);
        host.GuestAccess(3, write: true, cpu: 0, nested: true);
        Assert.False(host.Processes[0].Notifier.ClearYoung(Page(3), NotifierCaller.AgingWalk));
        host.GuestAccess(3, write: true, cpu: 0);
        Assert.True(host.Processes[0].Notifier.ClearYoung(Page(3), NotifierCaller.AgingWalk));
    }

    [Fact]
    public void GuestAccess_WithCachedTranslation_SetsNoBitUntilAFlush()
    {
        HostModel host = Host(new KvmConfig { TlbTranslations = 4 }, null);
        MmuNotifier notifier = host.Processes[0].Notifier;
        host.GuestAccess(1, write: false, cpu: 0);
        Assert.True(notifier.ClearYoung(Page(1), NotifierCaller.AgingWalk));
        host.GuestAccess(1, write: false, cpu: 0);
        Assert.False(notifier.ClearYoung(Page(1), NotifierCaller.AgingWalk));
        for (int page = 10; page < 14; page++)
        {
            host.GuestAccess(page, write: false, cpu: 0);
        }
        host.GuestAccess(1, write: false, cpu: 0);
        Assert.True(notifier.ClearYoung(Page(1), NotifierCaller.AgingWalk));
    }

    private static Contracts.Addresses.HvaRange Page(int page) =>
        new(new(0x600000000000 + ((ulong)page << 12)), new(0x600000001000 + ((ulong)page << 12)));

    private static void TouchAll(HostModel host)
    {
        for (int page = 0; page < 2 * Pages; page++)
        {
            Assert.True(host.GuestAccess(page, write: false, cpu: 0));
        }
    }

    private static HostModel Host(KvmConfig config, MemslotTimeline? timeline)
    {
        List<string> problems = [];
        Contracts.Jobs.PolicySpec spec = new("p", "mainline_6_15", new Dictionary<string, string>(StringComparer.Ordinal));
        Assert.True(PolicyPresets.TryResolve(spec, "test", problems, out PolicyPlan? plan), string.Join(';', problems));
        HostSetup setup = HostSetup.Of(plan, new CaptureFacts { SpteChanges = true }) with { Config = config };
        GuestPages guest = GuestPages.FromSlots([new SlotPages("", 1, 0x40000, Pages, 0x600000000000, 0), new SlotPages("", 2, 0x48000, Pages, 0x600100000000, 0)]);
        HostModel host = new(guest, setup, new ReclaimObserver(), 0);
        if (timeline is not null)
        {
            host.FollowSlots(timeline, 0);
        }
        return host;
    }

    // Slot 1 always; slot 2 until 100 and again from 200 on (or from another instant on); slot 3, no data, from 200 on.
    private static MemslotTimeline Timeline(long from = long.MinValue)
    {
        TableBuilder table = new(MemslotsTable.Schema);
        Row(table, 1, 0x40000, 0x600000000000, null, null);
        Row(table, 2, 0x48000, 0x600100000000, from == long.MinValue ? null : from, from == long.MinValue ? 100 : null);
        if (from == long.MinValue)
        {
            Row(table, 2, 0x48000, 0x600100000000, 200, null);
            Row(table, 3, 0x70000, 0x600200000000, 200, null);
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

    private static void Row(TableBuilder table, int slot, long gfn, long hva, long? from, long? to)
    {
        int row = table.AddRow();
        table[MemslotsTable.Vm].Set(row, "");
        table[MemslotsTable.AsId].Set(row, 0);
        table[MemslotsTable.Slot].Set(row, slot);
        table[MemslotsTable.Gfn].Set(row, gfn);
        table[MemslotsTable.Npages].Set(row, Pages);
        table[MemslotsTable.Hva].Set(row, hva);
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
}
