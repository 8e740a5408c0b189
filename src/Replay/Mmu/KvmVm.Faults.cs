using System.Runtime.CompilerServices;
using SecondLook.Contracts.Addresses;
using SecondLook.Replay.Memory;

namespace SecondLook.Replay.Mmu;

public sealed partial class KvmVm
{
    /// <summary>A guest access of the VM's own (L1) memory, without the fault path.</summary>
    /// <param name="gfn">Guest frame.</param>
    /// <param name="write">The access is a store.</param>
    /// <param name="addressSpace">Address space that the vCPU runs in.</param>
    /// <returns>Hit, FastFix or Fault.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TouchResult Access(Gfn gfn, bool write, int addressSpace = 0) =>
        Tdp is not null ? Tdp.Touch(addressSpace, gfn.Value, write)
        : Stage2 is not null ? Stage2.Touch(0, gfn.Value, write)
        : Shadow!.Touch(DirectShadow!, gfn.Value, write);

    /// <summary>The full fault path for the VM's own memory.</summary>
    /// <param name="gfn">Faulting frame.</param>
    /// <param name="write">The access is a store.</param>
    /// <param name="exec">The access is a fetch.</param>
    /// <param name="addressSpace">Address space that the vCPU runs in.</param>
    /// <param name="costs">Receives lock sections and entries.</param>
    /// <returns>Mapped, Retry, NotInPrimary, Mmio or Emulate.</returns>
    internal TouchResult Fault(Gfn gfn, bool write, bool exec, int addressSpace, NotifierCosts costs)
    {
        TouchResult check = Prepare(gfn, write, addressSpace, out Memslot? slot, out bool writable);
        if (check != TouchResult.Mapped)
        {
            return check;
        }
        ulong page = slot!.HvaPage + (gfn.Value - slot.BaseGfn.Value);
        Pfn frame = Primary.FrameOf(page);
        bool grant = writable && (write || !slot.DirtyLog);
        if (Stage2 is not null)
        {
            costs.Charge(CostKind.MmapLockSections, 1);
            costs.Section(LockClass.Read, 1);
            Stage2.Map(0, gfn.Value, LevelOnArm64(slot, page), frame, grant);
        }
        else
        {
            int level = MapLevel.Choose(
                Primary.LevelOf(page), 3, slot.DirtyLog, exec && Config.NxHugePages, MapLevel.DisallowedBySlot(slot, gfn));
            costs.Section(Tdp is not null ? LockClass.Read : LockClass.Write, 1);
            if (Tdp is not null)
            {
                costs.Charge(CostKind.EntriesZapped, Tdp.Map(addressSpace, gfn.Value, level, frame, grant, writable));
            }
            else
            {
                Shadow!.Map(DirectShadow!, gfn.Value, gfn.Value, level, grant);
            }
        }
        costs.Charge(CostKind.EntriesMapped, 1);
        return TouchResult.Mapped;
    }

    /// <summary>The full fault path of an L2: installs a leaf in a shadow context (x86) or a nested stage-2 (arm64).</summary>
    /// <param name="context">Number of the context.</param>
    /// <param name="frame">Frame of the L2.</param>
    /// <param name="gfn">L1 frame that the L1's own tables map it to.</param>
    /// <param name="guestLevel">Level of the L1's own mapping.</param>
    /// <param name="write">The access is a store.</param>
    /// <param name="costs">Receives lock sections and entries.</param>
    internal TouchResult FaultNested(int context, ulong frame, Gfn gfn, int guestLevel, bool write, NotifierCosts costs)
    {
        TouchResult check = Prepare(gfn, write, 0, out Memslot? slot, out bool writable);
        if (check != TouchResult.Mapped)
        {
            return check;
        }
        ulong page = slot!.HvaPage + (gfn.Value - slot.BaseGfn.Value);
        bool grant = writable && (write || !slot.DirtyLog);
        int level = MapLevel.Choose(Primary.LevelOf(page), guestLevel, slot.DirtyLog, false, MapLevel.DisallowedBySlot(slot, gfn));
        // A block needs equal offsets of both frames inside it.
        while (level > 1 && ((frame ^ gfn.Value) & ((1UL << (9 * (level - 1))) - 1)) != 0)
        {
            level--;
        }
        costs.Section(Stage2 is null ? LockClass.Write : LockClass.Read, 1);
        costs.Charge(CostKind.EntriesMapped, 1);
        if (Stage2 is not null)
        {
            costs.Charge(CostKind.MmapLockSections, 1);
            Stage2.Map(context, frame, level, Primary.FrameOf(page), grant);
        }
        else
        {
            Shadow!.Map(Shadow.Contexts[context], frame, gfn.Value, level, grant);
        }
        return TouchResult.Mapped;
    }

    // Everything before mmu_lock; Mapped means: go on.
    private TouchResult Prepare(Gfn gfn, bool write, int addressSpace, out Memslot? slot, out bool writable)
    {
        writable = false;
        slot = _slots[addressSpace].Find(gfn);
        if (slot is null)
        {
            return TouchResult.Mmio;
        }
        if (slot.Invalid || Invalidation.MustRetry(Config.Arch, Invalidation.Sequence, gfn))
        {
            return TouchResult.Retry;
        }
        if (slot.ReadOnly && write)
        {
            return TouchResult.Emulate;
        }
        ulong page = slot.HvaPage + (gfn.Value - slot.BaseGfn.Value);
        if (Primary.LevelOf(page) == 0)
        {
            return TouchResult.NotInPrimary;
        }
        writable = Primary.IsWritable(page) && !slot.ReadOnly;
        return write && !writable ? TouchResult.NotInPrimary : TouchResult.Mapped;
    }

    private int LevelOnArm64(Memslot slot, ulong page)
    {
        Primary.Vmas.TryFind(page, out Vma vma);
        ulong size = BlockSize.Choose(new BlockFault
        {
            Ipa = slot.BaseGfn.Value << PageSize.Shift,
            Hva = slot.Hva.Value,
            SizeBytes = slot.Pages << PageSize.Shift,
            FaultHva = page << PageSize.Shift,
            LeafBytes = (ulong)PageSize.PagesOfLevel(Math.Max(1, Primary.LevelOf(page))) << PageSize.Shift,
            HugetlbBytes = vma.HugetlbPages << PageSize.Shift,
            DirtyLog = slot.DirtyLog,
        });
        return size >= 1UL << 30 ? 3 : size >= 1UL << 21 ? 2 : 1;
    }
}
