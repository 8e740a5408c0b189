using SecondLook.Contracts.Addresses;
using SecondLook.Replay.Memory;
using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Tests.Mmu;

public class MemslotChangesTests
{
    private const ulong Block = 512;
    private readonly PrimaryMmu _primary = new();
    private readonly MmuNotifier _notifier = new(new KvmRules());

    [Fact]
    public void Generations_OfTwoAddressSpaces_CountAsCaptured()
    {
        // As in the captures: four creations give 8, a deletion adds 4, a creation 2.
        KvmVm vm = Vm(new KvmConfig { AddressSpaces = 2 });
        Memslot[] slots = [.. Enumerable.Range(0, 4).Select(i => new Memslot(0, i, new Gfn((ulong)i << 20), 16, new Hva((ulong)(i + 1) << 40)))];
        Assert.All(slots, slot => Assert.Equal(MemslotResult.Done, _notifier.CreateSlot(vm, slot)));
        Assert.Equal(8UL, vm.Generations[0]);
        Assert.Equal(MemslotResult.Done, _notifier.DeleteSlot(vm, slots[2]));
        Assert.Equal(0xcUL, vm.Generations[0]);
        Assert.Equal(MemslotResult.Done, _notifier.CreateSlot(vm, new Memslot(0, 2, new Gfn(2UL << 20), 16, new Hva(9UL << 40))));
        Assert.Equal(0xeUL, vm.Generations[0]);
        Assert.Equal(1UL, vm.Generations[1]);
        Assert.Equal(MemslotResult.Overlap, _notifier.CreateSlot(vm, new Memslot(0, 9, new Gfn(15), 16, new Hva(1UL << 45))));
        Assert.Equal(MemslotResult.Unknown, _notifier.DeleteSlot(vm, slots[2]));
        Assert.Equal(0xeUL, vm.Generations[0]);
    }

    [Fact]
    public void Mmio_StaleAfterACreation_IsRewrittenAndNeverYoung()
    {
        KvmVm vm = Vm(new KvmConfig { AddressSpaces = 2 });
        Assert.Equal(TouchResult.Mmio, _notifier.Touch(vm, 0, new Gfn(0x48200), false));
        Assert.Equal(MmioCheck.Valid, vm.TouchMmio(new Gfn(0x48200)).Check);
        _notifier.CreateSlot(vm, new Memslot(0, 1, new Gfn(0x100), 16, new Hva(1UL << 40)));
        MmioOutcome stale = vm.TouchMmio(new Gfn(0x48200));
        Assert.Equal((MmioCheck.Stale, 2UL, 0UL), (stale.Check, stale.KvmGeneration, stale.SpteGeneration));
        Assert.Equal(MmioCheck.Valid, vm.TouchMmio(new Gfn(0x48200)).Check);
        vm.Generations.Begin(0);
        Assert.Equal(MmioCheck.Stale, vm.TouchMmio(new Gfn(0x48200)).Check);
        vm.Generations.End(0);
        Assert.Equal(0, vm.Tdp!.LeafCount);
        // The slot now created over the MMIO entry maps memory there.
        _notifier.CreateSlot(vm, new Memslot(0, 2, new Gfn(0x48200), 16, new Hva(2UL << 40)));
        _primary.Map(2UL << 28, new Pfn(7), write: true);
        Assert.Equal(TouchResult.Mapped, _notifier.Touch(vm, 0, new Gfn(0x48200), true));
        Assert.Equal(1, vm.Tdp.LeafCount);
        Assert.Null(vm.FindBrokenInvariant());
    }

    [Fact]
    public void GenerationWrap_ZapsEverything()
    {
        KvmVm vm = Vm(new KvmConfig { AddressSpaces = 2 });
        Memslot slot = Populate(vm, 0, 8);
        vm.Generations[0] = (1UL << 18) - 2;
        Assert.Equal(8, vm.Tdp!.LeafCount);
        _notifier.CreateSlot(vm, new Memslot(0, 7, new Gfn(1UL << 30), 16, new Hva(7UL << 40)));
        Assert.Equal(TouchResult.Fault, vm.Access(slot.BaseGfn, false));
        Assert.Equal(8, _notifier.FinishZaps(vm));
        Assert.Equal(0, vm.Tdp.LeafCount);
    }

    [Theory]
    [InlineData(ZapMechanism.ZapAllSlow, true)]
    [InlineData(ZapMechanism.ZapAllFast, true)]
    [InlineData(ZapMechanism.SlotPages2019, false)]
    [InlineData(ZapMechanism.SlotLeafs, false)]
    public void DeleteSlot_UnderEachMechanism_LosesWhatItSays(ZapMechanism mechanism, bool losesOthers)
    {
        KvmVm vm = Vm(new KvmConfig());
        Memslot gone = Populate(vm, 0, 20);
        Memslot other = Populate(vm, 1, 30);
        ShadowContext l2 = vm.Shadow!.CreateContext(direct: false, adBits: true);
        _notifier.TouchNested(vm, l2.Id, 0x77, other.BaseGfn, true);
        _notifier.TouchNested(vm, l2.Id, 0x78, gone.BaseGfn, true);
        Assert.Equal(MemslotResult.Done, _notifier.DeleteSlot(vm, gone, mechanism));
        // Whatever the mechanism, vCPUs do not reach the slot's pages any more; entries of obsolete roots may still be there.
        Assert.Equal(TouchResult.Mmio, _notifier.Touch(vm, 0, gone.BaseGfn, false));
        Assert.Equal(losesOthers ? TouchResult.Fault : TouchResult.Hit, vm.Access(other.BaseGfn, false));
        Assert.Equal(losesOthers ? TouchResult.Fault : TouchResult.Hit, vm.Shadow.Touch(l2, 0x77, false));
        Assert.Equal(TouchResult.Fault, vm.Shadow.Touch(l2, 0x78, false));
        _notifier.FinishZaps(vm);
        Assert.Equal(losesOthers ? 0 : 30, vm.Tdp!.LeafCount);
        Assert.Equal(losesOthers ? 0 : 1, vm.Shadow.LeafCount);
        Assert.Null(vm.FindBrokenInvariant());
    }

    [Fact]
    public void ObsoleteRoots_AreStillZappedByInvalidations()
    {
        KvmVm vm = Vm(new KvmConfig());
        Memslot gone = Populate(vm, 0, 4);
        Memslot other = Populate(vm, 1, 4);
        _notifier.DeleteSlot(vm, gone, ZapMechanism.ZapAllFast);
        Assert.Equal(8, vm.Tdp!.LeafCount);
        Assert.False(_notifier.ClearYoung(new HvaRange(other.Hva, new Hva(other.Hva.Value + 4096)), NotifierCaller.AgingWalk));
        Assert.Equal(1, _notifier.InvalidateRange(new HvaRange(other.Hva, new Hva(other.Hva.Value + 4096))));
        Assert.Equal(7, _notifier.FinishZaps(vm));
    }

    [Fact]
    public void MemslotSwap_WaitsForOpenInvalidations()
    {
        KvmVm vm = Vm(new KvmConfig());
        Memslot slot = Populate(vm, 0, 4);
        HvaRange range = new(new Hva(4096), new Hva(8192));
        _notifier.InvalidateStart(range);
        Assert.Equal(MemslotResult.InvalidationOpen, _notifier.DeleteSlot(vm, slot));
        Assert.Equal(MemslotResult.InvalidationOpen, _notifier.SetDirtyLog(vm, slot, on: true));
        _notifier.InvalidateEnd(range);
        Assert.Equal(MemslotResult.Done, _notifier.DeleteSlot(vm, slot));
    }

    [Fact]
    public void DirtyLogging_SplitsHugeLeafsAndMergesThemAgain()
    {
        KvmVm vm = Vm(new KvmConfig());
        const ulong Page = 5UL << 28;
        Memslot slot = new(0, 1, new Gfn(Block), 2 * Block, new Hva(Page << 12));
        _notifier.CreateSlot(vm, slot);
        _primary.Map(Page, new Pfn(0x8000), write: true, level: 2);
        _primary.Map(Page + Block, new Pfn(0x9000), write: true, level: 2);
        _notifier.Touch(vm, 0, new Gfn(Block + 3), true);
        _notifier.Touch(vm, 0, new Gfn((2 * Block) + 3), true);
        Assert.Equal(2, vm.Tdp!.LeafCount);
        Assert.True(_notifier.ClearYoung(new HvaRange(new Hva((Page + Block) << 12), new Hva((Page + Block + 1) << 12)), NotifierCaller.AgingWalk));

        _notifier.SetDirtyLog(vm, slot, on: true);
        Assert.Equal(1024, vm.Tdp.LeafCount);
        PageTree root = vm.Tdp.RootOf(0);
        // Children carry on the parent's accessed bit and count up its frames.
        Assert.Equal((ulong.MaxValue, 0UL), (EntryBits.ReadWord(root, Block, EntryPlane.Young), EntryBits.ReadWord(root, 2 * Block, EntryPlane.Young)));
        EntryRef child = root.Find(Block + 77);
        Assert.Equal(0x8000UL + 77, root.Tables.Value(child.Table, child.Index));
        Assert.Equal(TouchResult.FastFix, _notifier.Touch(vm, 0, new Gfn(Block + 5), true));
        Assert.Equal(TouchResult.Hit, _notifier.Touch(vm, 0, new Gfn(Block + 5), true));
        Assert.Equal(TouchResult.Hit, _notifier.Touch(vm, 0, new Gfn(Block + 6), false));

        _notifier.SetDirtyLog(vm, slot, on: false);
        Assert.Equal(2, vm.Tdp.LeafCount);
        Assert.Equal((true, false), (root.Tables.Has(root.Find(Block).Table, root.Find(Block).Index, EntryPlane.Young), root.Tables.Has(root.Find(2 * Block).Table, root.Find(2 * Block).Index, EntryPlane.Young)));
        Assert.Null(vm.FindBrokenInvariant());
    }

    [Fact]
    public void SystemManagementMode_UsesItsOwnRootOverTheSameHostMemory()
    {
        KvmVm vm = Vm(new KvmConfig { AddressSpaces = 2, Vcpus = 2 });
        Memslot normal = Populate(vm, 0, 4);
        _notifier.CreateSlot(vm, new Memslot(1, 0, normal.BaseGfn, 4, normal.Hva));
        vm.EnterAddressSpace(1, 1);
        Assert.Equal(TouchResult.Hit, _notifier.Touch(vm, 0, normal.BaseGfn, false));
        Assert.Equal(TouchResult.Mapped, _notifier.Touch(vm, 1, normal.BaseGfn, false));
        HvaRange range = new(normal.Hva, new Hva(normal.Hva.Value + 4096));
        Assert.True(_notifier.ClearYoung(range, NotifierCaller.AgingWalk));
        _notifier.Touch(vm, 1, normal.BaseGfn, false);
        Assert.True(_notifier.ClearYoung(range, NotifierCaller.AgingWalk));
        Assert.Equal(2, _notifier.InvalidateRange(range));
    }

    [Fact]
    public void YieldingZap_WithFaultingVcpus_NeverEnds()
    {
        KvmVm vm = Vm(new KvmConfig());
        Memslot slot = Populate(vm, 0, 64 * Block, stride: Block);
        YieldingZap quiet = _notifier.BeginYieldingZap(vm);
        Assert.True(quiet.Step(contended: false));
        Assert.Equal((64L, 0), (quiet.Zapped, quiet.Restarts));

        for (ulong i = 0; i < 64; i++)
        {
            _notifier.Touch(vm, 0, new Gfn(slot.BaseGfn.Value + (i * Block)), true);
        }
        YieldingZap contended = _notifier.BeginYieldingZap(vm);
        for (int round = 0; round < 100; round++)
        {
            Assert.False(contended.Step(contended: true));
            for (ulong i = 0; i < 10; i++)
            {
                _notifier.Touch(vm, 0, new Gfn(slot.BaseGfn.Value + (i * Block)), true);
            }
        }
        Assert.Equal((1000L, 100), (contended.Zapped, contended.Restarts));
        Assert.True(contended.Step(contended: false));
        Assert.Equal(0, vm.Tdp!.LeafCount);
    }

    [Fact]
    public void Release_LeavesNothingAndLaterQuestionsTakeNoLock()
    {
        KvmVm vm = Vm(new KvmConfig());
        Memslot slot = Populate(vm, 0, 16);
        Assert.Equal(16, _notifier.Release(vm));
        long sections = _notifier.Costs.Sum(CostKind.WriteSections) + _notifier.Costs.Sum(CostKind.RcuSections);
        Assert.False(_notifier.ClearYoung(new HvaRange(slot.Hva, new Hva(slot.Hva.Value + 4096)), NotifierCaller.AgingWalk));
        Assert.Equal(sections, _notifier.Costs.Sum(CostKind.WriteSections) + _notifier.Costs.Sum(CostKind.RcuSections));
        Assert.Equal(1, _notifier.Costs.Sum(NotifierHook.ClearYoung, CostKind.CallsOutsideSlots));
    }

    private KvmVm Vm(KvmConfig config)
    {
        var vm = new KvmVm(config, _primary);
        _notifier.Register(vm);
        return vm;
    }

    private Memslot Populate(KvmVm vm, int id, ulong pages, ulong stride = 1)
    {
        ulong page = (ulong)(id + 1) << 28;
        var slot = new Memslot(0, id, new Gfn((ulong)(id + 1) << 20), pages, new Hva(page << 12));
        Assert.Equal(MemslotResult.Done, _notifier.CreateSlot(vm, slot));
        for (ulong i = 0; i < pages; i += stride)
        {
            Assert.True(_primary.Map(page + i, new Pfn(0x4000 + i), write: true));
            Assert.Equal(TouchResult.Mapped, _notifier.Touch(vm, 0, new Gfn(slot.BaseGfn.Value + i), true));
        }
        return slot;
    }
}
