using SecondLook.Contracts.Addresses;
using SecondLook.Replay.Memory;

namespace SecondLook.Replay.Mmu;

public sealed partial class MmuNotifier
{
    /// <summary>An invalidation as a whole: begin, zap, end. Every unmap, protection change, split or migration sends one.</summary>
    /// <returns>Leafs removed.</returns>
    public long InvalidateRange(HvaRange range, NotifierCaller caller = NotifierCaller.Unmap)
    {
        long zapped = InvalidateStart(range, caller);
        InvalidateEnd(range, caller);
        return zapped;
    }

    /// <summary>Begin of an invalidation: zaps every entry of the range and keeps faults of it out until the end.</summary>
    /// <returns>Leafs removed.</returns>
    public long InvalidateStart(HvaRange range, NotifierCaller caller = NotifierCaller.Unmap)
    {
        long all = 0;
        foreach (KvmVm vm in _vms)
        {
            Costs.Begin(NotifierHook.InvalidateStart, caller);
            Trace?.Add(EmittedKind.UnmapHvaRange, range.Start.Value, range.End.Value);
            Costs.Charge(CostKind.Calls, 1);
            vm.Invalidation.BeginActive();
            List<SlotGfns> parts = vm.PartsOf(range);
            if (parts.Count == 0)
            {
                Costs.Charge(CostKind.CallsOutsideSlots, 1);
                continue;
            }
            Costs.Section(LockClass.Write, 1);
            long zapped = 0;
            for (int i = 0; i < parts.Count; i++)
            {
                vm.Invalidation.Begin(i == 0, parts[i].Gfns);
                zapped += vm.Zap(parts[i].Slot, parts[i].Gfns);
            }
            Costs.Charge(CostKind.EntriesZapped, zapped);
            if (zapped > 0)
            {
                Flush(vm);
            }
            all += zapped;
        }
        return all;
    }

    /// <summary>End of an invalidation.</summary>
    public void InvalidateEnd(HvaRange range, NotifierCaller caller = NotifierCaller.Unmap)
    {
        foreach (KvmVm vm in _vms)
        {
            Costs.Begin(NotifierHook.InvalidateEnd, caller);
            Costs.Charge(CostKind.Calls, 1);
            bool touched = vm.PartsOf(range).Count > 0;
            Costs.Section(LockClass.Write, touched ? 1 : 0);
            vm.Invalidation.End(touched);
        }
    }

    /// <summary>
    /// The frame behind a page was replaced (up to 6.9: KSM, copy-on-write, device migration). It always comes inside an invalidation that has
    /// zapped the entry already, so it finds nothing to change; outside of one it does nothing at all.
    /// </summary>
    /// <param name="address">Host address of the page.</param>
    /// <param name="frame">The new frame.</param>
    /// <returns>Entries changed.</returns>
    public int ChangePte(Hva address, Pfn frame)
    {
        int all = 0;
        foreach (KvmVm vm in _vms)
        {
            Costs.Begin(NotifierHook.ChangePte, NotifierCaller.Unmap);
            Trace?.Add(EmittedKind.SetSpteHva, address.Value);
            Costs.Charge(CostKind.Calls, 1);
            if (vm.Invalidation.InProgress == 0 || vm.Tdp is null)
            {
                continue;
            }
            int changed = 0;
            foreach (SlotGfns part in vm.PartsOf(new HvaRange(address, new Hva(address.Value + 1))))
            {
                changed += vm.Tdp.ReplaceFrame(part.Slot.AddressSpace, part.Gfns.Start.Value, frame) ? 1 : 0;
            }
            Costs.Section(LockClass.Write, 1);
            if (changed > 0)
            {
                Flush(vm);
            }
            all += changed;
        }
        return all;
    }

    /// <summary>A guest access of a VM's own memory, faults included.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="vcpu">vCPU, for the address space it runs in and for traces.</param>
    /// <param name="gfn">Guest frame.</param>
    /// <param name="write">The access is a store.</param>
    /// <returns>
    /// Hit, FastFix or Mapped: done. NotInPrimary: the caller maps the host page (<see cref="PrimaryMmu.Map"/>) and repeats. Retry: an
    /// invalidation is open. Mmio, Emulate: no memory was used.
    /// </returns>
    public TouchResult Touch(KvmVm vm, int vcpu, Gfn gfn, bool write)
    {
        if (vm.Tlb is not null)
        {
            return TouchCached(vm, vcpu, gfn, write);
        }
        int addressSpace = vm.AddressSpaceOf(vcpu);
        TouchResult result = vm.Access(gfn, write, addressSpace);
        return result == TouchResult.Hit ? result : TouchSlow(vm, vcpu, gfn, write, addressSpace, result);
    }

    // With cached translations: a hit sets no bit, a walk caches what it used.
    private TouchResult TouchCached(KvmVm vm, int vcpu, Gfn gfn, bool write)
    {
        int addressSpace = vm.AddressSpaceOf(vcpu);
        ulong frame = gfn.Value | ((ulong)addressSpace << 62);
        if (vm.Tlb!.Hit(vcpu, frame, write))
        {
            return TouchResult.Hit;
        }
        TouchResult result = vm.Access(gfn, write, addressSpace);
        result = result == TouchResult.Hit ? result : TouchSlow(vm, vcpu, gfn, write, addressSpace, result);
        if (result is TouchResult.Hit or TouchResult.FastFix or TouchResult.Mapped)
        {
            vm.Tlb.Insert(vcpu, frame, write);
        }
        return result;
    }

    private TouchResult TouchSlow(KvmVm vm, int vcpu, Gfn gfn, bool write, int addressSpace, TouchResult result)
    {
        Costs.Begin(NotifierHook.GuestFault, NotifierCaller.Guest);
        if (result == TouchResult.FastFix)
        {
            Costs.Charge(CostKind.Calls, 1);
            if (vm.Stage2 is not null)
            {
                Trace?.Add(EmittedKind.GuestFault, gfn.Value << PageSize.Shift, 0, FaultSyndrome(write, AccessFlagFault), vcpu);
                Trace?.Add(EmittedKind.AccessFault, gfn.Value << PageSize.Shift);
                Costs.Section(LockClass.Read, 1);
            }
            return result;
        }
        TraceFault(vm, vcpu, gfn, write);
        result = vm.Fault(gfn, write, exec: false, addressSpace, Costs);
        if (result != TouchResult.Mmio)
        {
            Costs.Charge(CostKind.Calls, 1);
            return result;
        }
        MmioOutcome outcome = vm.TouchMmio(gfn, 7, addressSpace);
        Costs.Begin(NotifierHook.Mmio, NotifierCaller.Guest);
        Costs.Charge(CostKind.Calls, 1);
        if (outcome.Check != MmioCheck.Valid && vm.Stage2 is null)
        {
            // A valid entry is emulated without mmu_lock; any other needs the whole fault to be written anew.
            Costs.Section(vm.Tdp is not null ? LockClass.Read : LockClass.Write, 1);
        }
        TraceMmio(gfn, outcome);
        return result;
    }

    private const ulong TranslationFault = 7;
    private const ulong AccessFlagFault = 11;

    // Data abort from a lower level, with the write bit and the fault status.
    private static ulong FaultSyndrome(bool write, ulong status) => (0x24UL << 26) | (write ? 0x40UL : 0) | status;

    private void TraceFault(KvmVm vm, int vcpu, Gfn gfn, bool write)
    {
        if (vm.Stage2 is not null)
        {
            Trace?.Add(EmittedKind.GuestFault, gfn.Value << PageSize.Shift, 0, FaultSyndrome(write, TranslationFault), vcpu);
        }
        else
        {
            Trace?.Add(EmittedKind.PageFault, gfn.Value << PageSize.Shift, 0, (1UL << 32) | (write ? 6UL : 4), vcpu);
        }
    }

    private void TraceMmio(Gfn gfn, MmioOutcome outcome)
    {
        if (Trace is null || outcome.Spte == 0)
        {
            return;
        }
        if (outcome.Check != MmioCheck.None)
        {
            Trace.Add(EmittedKind.CheckMmio, outcome.Found, outcome.KvmGeneration, outcome.SpteGeneration, outcome.Check == MmioCheck.Valid ? 1 : 0);
        }
        if (outcome.Check == MmioCheck.Valid)
        {
            Trace.Add(EmittedKind.HandleMmio, gfn.Value, 7);
            return;
        }
        Trace.Add(EmittedKind.MarkMmio, gfn.Value, 7, outcome.KvmGeneration);
    }

    /// <summary>A root for an L2: on x86 shadow pages of its L1's tables, on arm64 a nested stage-2.</summary>
    /// <param name="vm">The VM.</param>
    /// <returns>Number of the context.</returns>
    public int CreateNested(KvmVm vm)
    {
        if (vm.Stage2 is { } stage2)
        {
            return stage2.CreateNested();
        }
        Trace?.Add(EmittedKind.GetPage, 0, level: RootLevel);
        return vm.Shadow!.CreateContext(direct: false, vm.Config.AdBits && vm.Config.NestedAdBits).Id;
    }

    private const int RootLevel = 4;

    /// <summary>An access of an L2 through a shadow context (x86) or a nested stage-2 (arm64), faults included.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="context">Number of the context: index of <see cref="ShadowMmu.Contexts"/>, or what <see cref="Stage2Mmu.CreateNested"/> returned.</param>
    /// <param name="frame">Frame of the L2.</param>
    /// <param name="gfn">L1 frame that the L1's own tables map it to.</param>
    /// <param name="write">The access is a store.</param>
    /// <param name="guestLevel">Level of the L1's own mapping, which limits the leaf.</param>
    /// <returns>As <see cref="Touch"/>.</returns>
    public TouchResult TouchNested(KvmVm vm, int context, ulong frame, Gfn gfn, bool write, int guestLevel = 1)
    {
        TouchResult result = vm.Stage2 is not null
            ? vm.Stage2.Touch(context, frame, write)
            : vm.Shadow!.Touch(vm.Shadow.Contexts[context], frame, write);
        if (result == TouchResult.Hit)
        {
            return result;
        }
        Costs.Begin(NotifierHook.GuestFault, NotifierCaller.Guest);
        Costs.Charge(CostKind.Calls, 1);
        if (result == TouchResult.FastFix)
        {
            Costs.Section(vm.Stage2 is not null ? LockClass.Read : LockClass.None, 1);
            return result;
        }
        if (vm.Stage2 is null)
        {
            // The fault names the L2's own frame, the entry the L1 frame behind it.
            TraceFault(vm, 0, new Gfn(frame), write);
        }
        result = vm.FaultNested(context, frame, gfn, guestLevel, write, Costs);
        if (result == TouchResult.Mapped && Trace is not null && vm.Shadow is { } shadow)
        {
            Pfn pfn = vm.Primary.FrameOf(vm.SlotsOf(0).Find(gfn)!.HvaPage + (gfn.Value - vm.SlotsOf(0).Find(gfn)!.BaseGfn.Value));
            ulong spte = shadow.WordOf(shadow.Contexts[context], frame, pfn, out int level);
            Trace.Add(EmittedKind.SetSpte, gfn.Value & ~((1UL << (9 * (level - 1))) - 1), spte, 0, level);
        }
        return result;
    }
}
