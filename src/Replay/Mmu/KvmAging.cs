using SecondLook.Replay.Memory;

namespace SecondLook.Replay.Mmu;

/// <summary>How one VM answers one age question: which MMUs, in which order, under which locks.</summary>
/// <remarks>
/// Models: <c>kvm_age_gfn</c> and <c>kvm_test_age_gfn</c> of arch/x86/kvm/mmu/mmu.c and arch/arm64/kvm/mmu.c, by version and series (see <see cref="KvmRules"/>).
/// Omits: waiting for locks.
/// </remarks>
internal sealed class KvmAging(KvmVm vm, KvmRules rules, NotifierCosts costs)
{
    /// <summary>Whether the fast path of the bitmap series would work here.</summary>
    public bool BitmapCapable => vm.Config.Arch == KvmArch.X86
        ? vm.Config.TdpMmuEnabled && vm.Config.AdBits && !vm.HaveRmaps
        : rules.Stage2Fast != LockClass.None && (vm.Config.AdBits || rules.Fast == FastHook.BitmapFlagged);

    /// <summary>Accurate question to every MMU of the VM. The bitmap series leave the flushing hook on the locked path.</summary>
    public AgeAnswer Ask(in AgeQuery query, bool clear, bool flushing)
    {
        if (!flushing && rules.Fast is (FastHook.BitmapOrBail or FastHook.BitmapFlagged) && BitmapCapable)
        {
            return AskBitmap(query, clear);
        }
        if (vm.Config.Arch == KvmArch.Arm64)
        {
            return new AgeAnswer(AskStage2(query, rules.OneWriteSection ? LockClass.None : rules.Stage2, clear), 0, false);
        }
        LockClass shadowLock = rules.OneWriteSection ? LockClass.None : clear ? rules.ShadowClear : rules.ShadowTest;
        LockClass tdpLock = rules.OneWriteSection ? LockClass.None : LockClass.Rcu;
        bool shadowAsked = rules.Predicate == ShadowPredicate.HaveRmaps ? vm.HaveRmaps : vm.MayHaveShadow;
        ulong shadow = 0;
        ulong tdp = 0;
        if (rules.ShadowFirst)
        {
            shadow = shadowAsked ? AskShadow(query, query.Asked, shadowLock, new RmapWalk(clear, false, false)) : 0;
            tdp = vm.Config.TdpMmuEnabled ? AskTdp(query, tdpLock, clear) : 0;
            return new AgeAnswer(shadow | tdp, rules.Fast == FastHook.Flag ? tdp : 0, false);
        }
        tdp = vm.Config.TdpMmuEnabled ? AskTdp(query, tdpLock, clear) : 0;
        if (!shadowAsked)
        {
            return new AgeAnswer(tdp, 0, false);
        }
        ulong asked = (clear ? rules.ClearElide : rules.TestElide) ? query.Asked & ~tdp : query.Asked;
        shadow = AskShadow(query, asked, shadowLock, new RmapWalk(clear, false, false));
        ulong young = clear && rules.ShadowOverwritesTdp ? shadow : shadow | tdp;
        return new AgeAnswer(young, 0, false);
    }

    /// <summary>Question of a proposal's fast hook.</summary>
    public AgeAnswer AskFast(in AgeQuery query, bool clear)
    {
        switch (rules.Fast)
        {
            case FastHook.BitmapOrBail:
                return BitmapCapable ? AskBitmap(query, clear) : default;
            case FastHook.BitmapFlagged:
                return BitmapCapable ? AskBitmap(query, clear) : new AgeAnswer(0, 0, Failed: true);
            case FastHook.FailingHook:
                if (vm.Config.Arch == KvmArch.Arm64 || vm.HaveRmaps)
                {
                    return new AgeAnswer(0, 0, Failed: true);
                }
                ulong only = AskTdp(query, LockClass.Rcu, clear);
                return new AgeAnswer(only, only, false);
            case FastHook.Flag:
                return AskFlagged(query, clear);
            case FastHook.TryLock:
                return vm.MmuLockContended ? default : AskUnderTryLock(query, clear);
            default:
                return default;
        }
    }

    private AgeAnswer AskFlagged(in AgeQuery query, bool clear)
    {
        if (vm.Config.Arch == KvmArch.Arm64)
        {
            return default;
        }
        ulong tdp = vm.Config.TdpMmuEnabled ? AskTdp(query, LockClass.Rcu, clear) : 0;
        ulong shadow = 0;
        ulong left = clear ? query.Asked : query.Asked & ~tdp;
        if (rules.FastShadow == FastShadow.RmapLock && vm.MayHaveShadow)
        {
            shadow = AskShadow(query, left, LockClass.Rmap, new RmapWalk(clear, false, rules.FastKeepsUntracked));
        }
        else if (rules.FastShadow == FastShadow.SingleEntryHeads && vm.MayHaveShadow && vm.Config.TdpMmuEnabled)
        {
            shadow = AskShadow(query, left, LockClass.None, new RmapWalk(clear, true, false));
        }
        return new AgeAnswer(tdp | shadow, tdp | shadow, false);
    }

    private AgeAnswer AskUnderTryLock(in AgeQuery query, bool clear)
    {
        costs.Section(LockClass.Write, query.CallsFor(query.Asked));
        if (vm.Config.Arch == KvmArch.Arm64)
        {
            ulong stage2 = AskStage2(query, LockClass.None, clear);
            return new AgeAnswer(stage2, stage2, false);
        }
        ulong young = vm.Config.TdpMmuEnabled ? AskTdp(query, LockClass.None, clear) : 0;
        if (vm.MayHaveShadow)
        {
            young |= AskShadow(query, query.Asked, LockClass.None, new RmapWalk(clear, false, false));
        }
        return new AgeAnswer(young, young, false);
    }

    private AgeAnswer AskBitmap(in AgeQuery query, bool clear)
    {
        ulong young = vm.Config.Arch == KvmArch.Arm64
            ? AskStage2(query, rules.Stage2Fast, clear)
            : AskTdp(query, LockClass.Rcu, clear);
        return new AgeAnswer(young, young, false);
    }

    private ulong AskTdp(in AgeQuery query, LockClass lockClass, bool clear)
    {
        costs.Section(lockClass, query.CallsFor(query.Asked));
        return AskTables(vm.Tdp!, query, clear);
    }

    private ulong AskStage2(in AgeQuery query, LockClass lockClass, bool clear)
    {
        costs.Section(lockClass, query.CallsFor(query.Asked));
        return AskTables(vm.Stage2!, query, clear);
    }

    private ulong AskTables(ISecondaryMmu mmu, in AgeQuery query, bool clear)
    {
        AgeTally tally = default;
        ulong young = query.IsRange
            ? mmu.AgeRange(query.Slot, query.Gfns, clear, stopAtYoung: !clear && rules.TestElide, ref tally) ? 1UL : 0
            : mmu.AgeWord(query.Slot, query.Gfns.Start.Value, query.Asked, clear, ref tally);
        costs.Charge(CostKind.EntriesVisited, tally.Visited);
        costs.Charge(CostKind.BitsCleared, tally.Cleared);
        return young;
    }

    private ulong AskShadow(in AgeQuery query, ulong asked, LockClass lockClass, RmapWalk walk)
    {
        if (asked == 0)
        {
            return 0;
        }
        if (lockClass != LockClass.Rmap)
        {
            costs.Section(lockClass, query.CallsFor(asked));
        }
        AgeTally tally = default;
        ulong young = query.IsRange
            ? vm.Shadow!.AgeRange(query.Slot.AddressSpace, query.Gfns, walk, ref tally) ? 1UL : 0
            : vm.Shadow!.AgeWord(query.Slot.AddressSpace, query.Gfns.Start.Value, asked, walk, ref tally);
        if (lockClass == LockClass.Rmap)
        {
            costs.Section(LockClass.Rmap, tally.Heads);
        }
        costs.Charge(CostKind.EntriesVisited, tally.Visited);
        costs.Charge(CostKind.BitsCleared, tally.Cleared);
        return young;
    }
}
