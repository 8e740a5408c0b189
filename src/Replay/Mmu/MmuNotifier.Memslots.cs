using SecondLook.Replay.Memory;

namespace SecondLook.Replay.Mmu;

/// <summary>What became of a memslot change.</summary>
public enum MemslotResult
{
    /// <summary>Done.</summary>
    Done,

    /// <summary>The frames overlap another slot of the address space; nothing was changed.</summary>
    Overlap,

    /// <summary>There is no such slot; nothing was changed.</summary>
    Unknown,

    /// <summary>An invalidation is open: layouts are swapped only after it has ended. Repeat then.</summary>
    InvalidationOpen,
}

public sealed partial class MmuNotifier
{
    /// <summary>Creates a slot: MMIO entries of its frames become stale, nothing is zapped.</summary>
    public MemslotResult CreateSlot(KvmVm vm, Memslot slot)
    {
        if (vm.Invalidation.ActiveCount > 0)
        {
            return MemslotResult.InvalidationOpen;
        }
        if (!vm.SlotsOf(slot.AddressSpace).TryAdd(slot))
        {
            return MemslotResult.Overlap;
        }
        BeginSlotChange();
        SwapActive(vm, slot.AddressSpace);
        return MemslotResult.Done;
    }

    /// <summary>Deletes a slot: two layout swaps with the zap between them.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="slot">The slot.</param>
    /// <param name="mechanism">What is zapped; VMs of other than the default type always zap leafs only.</param>
    public MemslotResult DeleteSlot(KvmVm vm, Memslot slot, ZapMechanism mechanism = ZapMechanism.ZapAllFast)
    {
        if (vm.Invalidation.ActiveCount > 0)
        {
            return MemslotResult.InvalidationOpen;
        }
        if (vm.SlotsOf(slot.AddressSpace).Find(slot.BaseGfn) != slot)
        {
            return MemslotResult.Unknown;
        }
        BeginSlotChange();
        slot.Invalid = true;
        SwapActive(vm, slot.AddressSpace);
        if (mechanism == ZapMechanism.ZapAllFast && vm.Stage2 is null && vm.Config.DefaultType)
        {
            Trace?.Add(EmittedKind.ZapAllFast, 0);
        }
        if (vm.FlushSlot(slot, mechanism, Costs) > 0)
        {
            Flush(vm);
        }
        vm.SlotsOf(slot.AddressSpace).Remove(slot);
        SwapActive(vm, slot.AddressSpace);
        return MemslotResult.Done;
    }

    /// <summary>Moves a slot to other guest frames: deletes as <see cref="DeleteSlot"/> does and adds the moved slot.</summary>
    public MemslotResult MoveSlot(KvmVm vm, Memslot slot, Memslot moved, ZapMechanism mechanism = ZapMechanism.ZapAllFast)
    {
        // Checked before anything is zapped: a move that does not fit changes nothing.
        foreach (Memslot other in vm.SlotsOf(moved.AddressSpace).Slots)
        {
            if (other != slot && other.BaseGfn < moved.EndGfn && moved.BaseGfn < other.EndGfn)
            {
                return MemslotResult.Overlap;
            }
        }
        MemslotResult result = DeleteSlot(vm, slot, mechanism);
        if (result == MemslotResult.Done)
        {
            vm.SlotsOf(moved.AddressSpace).TryAdd(moved);
        }
        return result;
    }

    /// <summary>Switches dirty logging: on splits huge leafs and write-protects, off lets them merge again.</summary>
    public MemslotResult SetDirtyLog(KvmVm vm, Memslot slot, bool on)
    {
        if (vm.Invalidation.ActiveCount > 0)
        {
            return MemslotResult.InvalidationOpen;
        }
        BeginSlotChange();
        slot.DirtyLog = on;
        SwapActive(vm, slot.AddressSpace);
        if (vm.Tdp is not null)
        {
            Costs.Section(LockClass.Write, 1);
            DirtyLogging.Apply(vm, slot, on);
        }
        return MemslotResult.Done;
    }

    /// <summary>Lets the deferred part of fast zaps happen: entries of roots that vCPUs have left.</summary>
    /// <returns>Leafs removed.</returns>
    public long FinishZaps(KvmVm vm)
    {
        Costs.Begin(NotifierHook.MemslotChange, NotifierCaller.Vmm);
        return vm.FinishZapAllFast(Costs);
    }

    /// <summary>Begins to zap everything while yielding the lock, as the 2019 series did; the caller steps it.</summary>
    /// <param name="vm">A VM with the TDP MMU.</param>
    public YieldingZap BeginYieldingZap(KvmVm vm)
    {
        Costs.Begin(NotifierHook.MemslotChange, NotifierCaller.Vmm);
        return new YieldingZap(vm, Costs);
    }

    /// <summary>Teardown of a VM: everything goes, and later questions find no slots.</summary>
    /// <returns>Leafs removed.</returns>
    public long Release(KvmVm vm)
    {
        Costs.Begin(NotifierHook.Release, NotifierCaller.Vmm);
        Costs.Charge(CostKind.Calls, 1);
        long zapped = vm.FinishZapAllFast(Costs) + vm.ZapAllSlow(Costs);
        for (int i = 0; i < vm.Config.AddressSpaces; i++)
        {
            MemslotTable table = vm.SlotsOf(i);
            while (table.Slots.Count > 0)
            {
                table.Remove(table.Slots[0]);
            }
        }
        return zapped;
    }

    private void BeginSlotChange()
    {
        Costs.Begin(NotifierHook.MemslotChange, NotifierCaller.Vmm);
        Costs.Charge(CostKind.Calls, 1);
    }

    private void SwapActive(KvmVm vm, int addressSpace)
    {
        vm.Generations.Begin(addressSpace);
        ulong next = (vm.Generations[addressSpace] & ~MmioSpte.InFlux) + (ulong)vm.Config.AddressSpaces;
        if (vm.Stage2 is null && vm.Mmio.Wraps(next, vm.Config.AddressSpaces))
        {
            Trace?.Add(EmittedKind.ZapAllFast, 0);
            vm.BeginZapAllFast(Costs);
        }
        vm.Generations.End(addressSpace);
    }
}
