using SecondLook.Contracts.Addresses;
using SecondLook.Replay.Memory;

namespace SecondLook.Replay.Mmu;

public sealed partial class KvmVm
{
    private const int ZapBatch = 10;

    /// <summary>mmu_valid_gen: toggles with each fast zap of everything.</summary>
    public int ValidGeneration { get; private set; }

    /// <summary>Memslot generations.</summary>
    public MemslotUpdates Generations { get; }

    /// <summary>Layout of MMIO entries.</summary>
    public MmioSpte Mmio { get; }

    /// <summary>Entries of roots that vCPUs have left are still there.</summary>
    public bool HasObsolete { get; private set; }

    /// <summary>First half of a fast zap: vCPUs go on with empty roots at once, the old entries stay until <see cref="FinishZapAllFast"/>.</summary>
    internal void BeginZapAllFast(NotifierCosts costs)
    {
        FinishZapAllFast(costs);
        ValidGeneration ^= 1;
        Tlb?.Flush();
        costs.Section(LockClass.Write, 1);
        Tdp?.InvalidateRoots();
        Shadow?.MakeObsolete();
        HasObsolete = true;
    }

    /// <summary>Second half: obsolete shadow pages go, yielding every ten, then the entries of invalid roots under mmu_lock read.</summary>
    internal long FinishZapAllFast(NotifierCosts costs)
    {
        if (!HasObsolete)
        {
            return 0;
        }
        HasObsolete = false;
        long shadow = Shadow?.ZapObsolete() ?? 0;
        costs.Section(LockClass.Write, (shadow + ZapBatch - 1) / ZapBatch);
        long tdp = Tdp?.ZapInvalidRoots() ?? 0;
        costs.Section(LockClass.Read, tdp > 0 ? 1 : 0);
        costs.Charge(CostKind.EntriesZapped, shadow + tdp);
        return shadow + tdp;
    }

    /// <summary>Destroys everything under mmu_lock write: teardown, and slot deletion of old kernels.</summary>
    internal long ZapAllSlow(NotifierCosts costs)
    {
        costs.Section(LockClass.Write, 1);
        Tlb?.Flush();
        long zapped = Stage2?.ZapAll() ?? 0;
        Tdp?.InvalidateRoots();
        zapped += Tdp?.ZapInvalidRoots() ?? 0;
        Shadow?.MakeObsolete();
        zapped += Shadow?.ZapObsolete() ?? 0;
        HasObsolete = false;
        costs.Charge(CostKind.EntriesZapped, zapped);
        return zapped;
    }

    /// <summary>Removes what the deletion or the move of a slot removes.</summary>
    internal long FlushSlot(Memslot slot, ZapMechanism mechanism, NotifierCosts costs)
    {
        if (Stage2 is not null)
        {
            costs.Section(LockClass.Write, 1);
            long unmapped = Zap(slot, new GfnRange(slot.BaseGfn, slot.EndGfn));
            costs.Charge(CostKind.EntriesZapped, unmapped);
            return unmapped;
        }
        switch (Config.DefaultType ? mechanism : ZapMechanism.SlotLeafs)
        {
            case ZapMechanism.ZapAllSlow:
                return ZapAllSlow(costs);
            case ZapMechanism.ZapAllFast:
                BeginZapAllFast(costs);
                return 0;
            default:
                long zapped = Zap(slot, new GfnRange(slot.BaseGfn, slot.EndGfn));
                costs.Section(LockClass.Write, 1 + (zapped / ZapBatch));
                costs.Charge(CostKind.EntriesZapped, zapped);
                return zapped;
        }
    }

    /// <summary>An access of a frame that no slot holds: uses, checks or writes the MMIO entry.</summary>
    /// <param name="gfn">Guest frame.</param>
    /// <param name="access">Access bits of the guest, 0 to 7.</param>
    /// <param name="addressSpace">Address space that the vCPU runs in.</param>
    /// <returns>What was found; afterwards the entry carries the generation of now.</returns>
    public MmioOutcome TouchMmio(Gfn gfn, int access = 7, int addressSpace = 0)
    {
        PageTree? root = Tdp is not null ? Tdp.RootOf(addressSpace) : DirectShadow?.Tree;
        if (root is null)
        {
            return default;
        }
        EntryRef at = root.Find(gfn.Value);
        ulong active = Generations[addressSpace];
        MmioCheck check = MmioCheck.None;
        ulong kept = 0;
        ulong found = 0;
        if (at.Level == 1 && root.Tables.Has(at.Table, at.Index, EntryPlane.Special))
        {
            found = root.Tables.Value(at.Table, at.Index);
            kept = Mmio.DecodeGeneration(found);
            check = Mmio.IsValid(kept, active) ? MmioCheck.Valid : MmioCheck.Stale;
        }
        ulong word = Mmio.Encode(gfn.Value, access, active);
        if (check != MmioCheck.Valid)
        {
            at = root.Reach(gfn.Value, 1);
            if (at.Level == 1)
            {
                root.SetLeaf(at, word, 1 << EntryPlane.Special);
            }
        }
        return new MmioOutcome(check, active & Mmio.Mask, kept, word, found);
    }
}

/// <summary>What a look at an MMIO entry found.</summary>
public enum MmioCheck
{
    /// <summary>No entry: a full fault wrote one.</summary>
    None,

    /// <summary>The entry is of this generation and is used.</summary>
    Valid,

    /// <summary>The entry is of an older generation: a full fault rewrote it.</summary>
    Stale,
}

/// <summary>Result of an access outside all memslots.</summary>
/// <param name="Check">What was found.</param>
/// <param name="KvmGeneration">Generation of the address space, as far as entries keep it.</param>
/// <param name="SpteGeneration">Generation that the found entry kept; 0 when there was none.</param>
/// <param name="Spte">The entry as it is now; 0 where MMIO entries are not modelled.</param>
/// <param name="Found">The entry as it was found; 0 when there was none.</param>
/// <remarks>
/// Models: the fields of <c>check_mmio_spte</c> and <c>mark_mmio_spte</c>, arch/x86/kvm/mmu/mmutrace.h.
/// Omits: nothing.
/// </remarks>
public readonly record struct MmioOutcome(MmioCheck Check, ulong KvmGeneration, ulong SpteGeneration, ulong Spte, ulong Found);
