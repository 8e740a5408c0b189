using SecondLook.Contracts.Addresses;
using SecondLook.Replay.Memory;
using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Tests.Mmu;

public class Stage2MmuTests
{
    private const ulong Page = 0x7f0000000;

    [Fact]
    public void Fault_OnAHugePage_MapsOneBlockWithOneAccessFlag()
    {
        (PrimaryMmu primary, MmuNotifier notifier, KvmVm vm) = Machine(hardwareAf: true);
        primary.Map(Page, new Pfn(0x8000), write: true, level: 2);
        Assert.Equal(TouchResult.Mapped, notifier.Touch(vm, 0, new Gfn(0x40005), true));
        Assert.Equal(TouchResult.Hit, notifier.Touch(vm, 0, new Gfn(0x401ff), false));
        Assert.Equal(1, vm.Stage2!.LeafCount);
        Assert.Equal(1, notifier.Costs.Sum(NotifierHook.GuestFault, CostKind.MmapLockSections));
        Assert.Equal(0b100UL, notifier.ClearYoungWord(Page, 0b1100, NotifierCaller.AgingWalk));
        Assert.False(notifier.TestYoung(new Hva(Page << 12), NotifierCaller.Damon));
    }

    [Fact]
    public void Touch_WithoutHardwareAccessFlag_TrapsOncePerClear()
    {
        (PrimaryMmu primary, MmuNotifier notifier, KvmVm vm) = Machine(hardwareAf: false);
        primary.Map(Page, new Pfn(1), write: true);
        var trace = new NotifierTrace();
        notifier.Record(trace);
        Assert.Equal(TouchResult.Mapped, notifier.Touch(vm, 0, new Gfn(0x40000), true));
        Assert.Equal(TouchResult.Hit, notifier.Touch(vm, 0, new Gfn(0x40000), true));
        Assert.True(notifier.ClearYoung(Bench.Bytes(Page), NotifierCaller.AgingWalk));
        Assert.Equal(TouchResult.FastFix, notifier.Touch(vm, 0, new Gfn(0x40000), false));
        Assert.Equal(TouchResult.Hit, notifier.Touch(vm, 0, new Gfn(0x40000), false));
        Assert.Equal(
            [EmittedKind.GuestFault, EmittedKind.AgeHva, EmittedKind.GuestFault, EmittedKind.AccessFault],
            trace.Events.Select(e => e.Kind));
    }

    [Fact]
    public void AnyOpenInvalidation_MakesEveryFaultRetry()
    {
        (PrimaryMmu primary, MmuNotifier notifier, KvmVm vm) = Machine(hardwareAf: true);
        primary.Map(Page, new Pfn(1), write: true);
        notifier.InvalidateStart(Bench.Bytes(Page + 300));
        Assert.Equal(TouchResult.Retry, notifier.Touch(vm, 0, new Gfn(0x40000), true));
        notifier.InvalidateEnd(Bench.Bytes(Page + 300));
        Assert.Equal(TouchResult.Mapped, notifier.Touch(vm, 0, new Gfn(0x40000), true));
    }

    [Fact]
    public void NestedTable_IsNeverAged_AndGoesWithAnyUnmap()
    {
        (PrimaryMmu primary, MmuNotifier notifier, KvmVm vm) = Machine(hardwareAf: true);
        primary.Map(Page, new Pfn(1), write: true);
        int l2 = vm.Stage2!.CreateNested();
        Assert.Equal(TouchResult.Mapped, notifier.TouchNested(vm, l2, 0x99, new Gfn(0x40000), true));
        Assert.False(notifier.ClearYoung(Bench.Bytes(Page), NotifierCaller.AgingWalk));
        Assert.Equal(TouchResult.Hit, notifier.TouchNested(vm, l2, 0x99, new Gfn(0x40000), true));
        Assert.Equal(1, notifier.InvalidateRange(Bench.Bytes(Page)));
        Assert.Equal(TouchResult.Mapped, notifier.TouchNested(vm, l2, 0x99, new Gfn(0x40000), true));
    }

    [Fact]
    public void Age_Of61_VisitsOnlyTheFirstEntryOfARange()
    {
        (PrimaryMmu primary, MmuNotifier notifier, KvmVm vm) = Machine(hardwareAf: true);
        for (ulong i = 0; i < 4; i++)
        {
            primary.Map(Page + i, new Pfn(i), write: true);
            notifier.Touch(vm, 0, new Gfn(0x40000 + i), true);
        }
        vm.Stage2!.AgesFirstEntryOnly = true;
        Assert.True(notifier.ClearYoung(Bench.Bytes(Page, 4), NotifierCaller.Eviction));
        Assert.Equal(0b1110UL, EntryBits.ReadWord(vm.Stage2.Main, 0x40000, EntryPlane.Young));
        Assert.False(notifier.ClearYoung(Bench.Bytes(Page, 4), NotifierCaller.Eviction));
    }

    private static (PrimaryMmu Primary, MmuNotifier Notifier, KvmVm Vm) Machine(bool hardwareAf)
    {
        var primary = new PrimaryMmu();
        var notifier = new MmuNotifier(SecondLook.Replay.Aging.AgingPolicies.Get("mainline_6_15").Kvm);
        var vm = new KvmVm(new KvmConfig { Arch = KvmArch.Arm64, AdBits = hardwareAf, TdpMmuEnabled = false }, primary);
        notifier.CreateSlot(vm, new Memslot(0, 1, new Gfn(0x40000), 1024, new Hva(Page << 12)));
        notifier.Register(vm);
        return (primary, notifier, vm);
    }
}
