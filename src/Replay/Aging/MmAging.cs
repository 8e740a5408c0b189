using SecondLook.Contracts.Addresses;
using SecondLook.Replay.Memory;
using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Aging;

/// <summary>
/// One process as reclaim asks it under one policy: the aging walk, the last question before eviction, and look-around. Pages are host pages
/// (address divided by 4096). The caller filters first: present, in scope, not special; what it does not ask keeps its bits.
/// </summary>
/// <remarks>
/// <code>
/// var mm = new MmAging(primary, notifier, AgingPolicies.Get("mainline_6_15"));
/// ulong young = mm.WalkWord(page, candidates);                    // aging pass, 64 pages: promote these
/// EvictAnswer last = mm.Evict(page);                              // reverse-map test of an isolated page
/// if (last.LookAround) { LookAroundWindow w = mm.WindowOf(page); mm.LookAroundWord(w.Start, EntryBits.Low((int)w.Pages) &amp; eligible); }
/// </code>
/// Models: <c>walk_pte_range</c>, <c>lru_gen_look_around</c> and <c>folio_referenced_one</c>, mm/vmscan.c and mm/rmap.c, by policy.
/// Omits: page-table locks; contention is an argument.
/// </remarks>
public sealed class MmAging
{
    /// <summary>Joins a process, its notifier and a policy.</summary>
    /// <param name="primary">Page tables of the process.</param>
    /// <param name="notifier">Its notifier; must have been created with the policy's KVM side.</param>
    /// <param name="knobs">The policy.</param>
    public MmAging(PrimaryMmu primary, MmuNotifier notifier, AgingKnobs knobs)
    {
        Primary = primary;
        Notifier = notifier;
        Knobs = knobs;
    }

    /// <summary>Page tables of the process.</summary>
    public PrimaryMmu Primary { get; }

    /// <summary>Its notifier.</summary>
    public MmuNotifier Notifier { get; }

    /// <summary>The policy.</summary>
    public AgingKnobs Knobs { get; }

    /// <summary>Bit 0x8 of lru_gen/enabled; on by default in the proposals, unknown to merged kernels.</summary>
    public bool Cap8 { get; set; } = true;

    /// <summary>Whether the secondary part of walk and look-around runs.</summary>
    public bool GateOpen => Knobs.Gate switch
    {
        WalkGate.Always => true,
        WalkGate.Cap8AndArch => Cap8 && Notifier.FastArchCapable,
        _ => Cap8,
    };

    /// <summary>Whether the whole process is left out of aging walks.</summary>
    public bool SkipsMm => Knobs.Gate == WalkGate.SkipMm && !Cap8 && Notifier.HasNotifiers;

    /// <summary>Whether a walk may skip a table whose own accessed bit is clear.</summary>
    /// <param name="forceScan">The pass was forced.</param>
    public bool PrunesNonleaf(bool forceScan) => Knobs.NonleafPmd switch
    {
        NonleafRule.Prune => true,
        NonleafRule.NoPruneIfGate => !GateOpen,
        _ => !Notifier.HasNotifiers && !forceScan,
    };

    /// <summary>Aging walk over up to 64 pages.</summary>
    /// <param name="page">Host page of bit 0.</param>
    /// <param name="candidates">Bit i set: page i is present, eligible and in scope.</param>
    /// <returns>Bit i set: page i was young; its bits are cleared as the policy clears them.</returns>
    public ulong WalkWord(ulong page, ulong candidates) =>
        SkipsMm ? 0 : Ask(page, candidates, Knobs.Walk, NotifierCaller.AgingWalk);

    /// <summary>Aging walk over one page.</summary>
    public bool Walk(ulong page) => WalkWord(page, 1) != 0;

    /// <summary>Aging walk over a run of pages of one large folio, asked by one call (7.2).</summary>
    /// <param name="page">First host page.</param>
    /// <param name="count">Pages, 1 to 64.</param>
    /// <returns>Whether any page was young.</returns>
    public bool WalkBatch(ulong page, int count)
    {
        bool young = Primary.TestAndClearYoungWord(page, EntryBits.Low(count)) != 0;
        return young | (Notifier.HasNotifiers && Notifier.ClearYoung(Bytes(page, (ulong)count), NotifierCaller.AgingWalk));
    }

    /// <summary>Aging walk over a huge-PMD leaf.</summary>
    /// <param name="page">First host page of the leaf.</param>
    public bool WalkPmd(ulong page)
    {
        if (SkipsMm)
        {
            return false;
        }
        bool young = Primary.TestAndClearYoung(page);
        if (Knobs.PmdWalk == WalkQuery.Primary || !GateOpen || !Notifier.HasNotifiers)
        {
            return young;
        }
        HvaRange range = Bytes(page, PageSize.PagesPerTable);
        return young | (Knobs.PmdWalk == WalkQuery.Clear
            ? Notifier.ClearYoung(range, NotifierCaller.AgingWalk)
            : Notifier.FastYoung(range, clear: true, NotifierCaller.AgingWalk).Young != 0);
    }

    /// <summary>Look-around over up to 64 neighbours.</summary>
    /// <param name="page">Host page of bit 0.</param>
    /// <param name="candidates">Bit i set: page i is present, eligible and in scope.</param>
    /// <returns>Bit i set: page i was young.</returns>
    public ulong LookAroundWord(ulong page, ulong candidates) => Ask(page, candidates, Knobs.LookAround, NotifierCaller.LookAround);

    /// <summary>Neighbours that may be asked around a page; a window of one page means none.</summary>
    public LookAroundWindow WindowOf(ulong page) => Primary.Vmas.TryFind(page, out Vma vma)
        ? LookAroundWindow.Around(page, vma.Start, vma.End)
        : LookAroundWindow.Around(page, 0, ulong.MaxValue >> PageSize.Shift);

    /// <summary>The last question before a PTE-mapped page is evicted.</summary>
    /// <param name="page">Host page.</param>
    /// <param name="contended">The page-table lock is contended: no look-around.</param>
    public EvictAnswer Evict(ulong page, bool contended = false)
    {
        Vma vma = default;
        bool known = Primary.Vmas.TryFind(page, out vma);
        if (Knobs.Evict == EvictQuery.ClearFlush)
        {
            return EvictFlushing(page, known ? vma.Flags : VmaFlags.None, contended);
        }
        bool primary = Primary.TestAndClearYoung(page);
        bool secondary = false;
        bool fast = false;
        if (Notifier.HasNotifiers)
        {
            AskTarget(page, out secondary, out fast);
        }
        bool young = primary | secondary;
        bool wanted = young && Knobs.LookAroundGate switch
        {
            LookAroundGate.Primary => primary,
            LookAroundGate.PrimaryWithoutNotifiers => primary && !Notifier.HasNotifiers,
            LookAroundGate.PrimaryOrFastAnswer or LookAroundGate.PrimaryOrFastHook => primary || fast,
            LookAroundGate.PrimaryOrSecondaryIfFast => primary || Notifier.HasFastYoung,
            _ => true,
        };
        bool blocked = contended || (known && (vma.Flags & (VmaFlags.Special | VmaFlags.PfnMap | VmaFlags.Io)) != 0);
        if (wanted && blocked && Knobs.ContendedIsOld)
        {
            return default;
        }
        bool lookAround = wanted && !blocked && (!known || WindowOf(page).Pages > 1);
        return new EvictAnswer(young, lookAround);
    }

    /// <summary>The last question before a PMD-mapped folio is evicted: flushing in every version.</summary>
    /// <param name="page">First host page of the leaf.</param>
    public bool EvictPmd(ulong page)
    {
        bool young = Primary.TestAndClearYoung(page);
        return young | (Notifier.HasNotifiers && Notifier.ClearFlushYoung(Bytes(page, PageSize.PagesPerTable), NotifierCaller.Eviction));
    }

    /// <summary>Reference test of the classic LRU: flushing, whatever the primary bit says.</summary>
    /// <param name="page">Host page.</param>
    /// <param name="pages">1, or 512 for a PMD-mapped folio.</param>
    public bool ClassicReferenced(ulong page, ulong pages = 1)
    {
        bool young = Primary.TestAndClearYoung(page);
        return young | (Notifier.HasNotifiers && Notifier.ClearFlushYoung(Bytes(page, pages), NotifierCaller.Eviction));
    }

    // 6.1: look-around over primary bits comes first and includes the target; then the flushing question, in any case.
    private EvictAnswer EvictFlushing(ulong page, VmaFlags flags, bool contended)
    {
        bool trusted = (flags & (VmaFlags.SequentialRead | VmaFlags.RandomRead)) == 0;
        bool primary = Primary.TestAndClearYoung(page);
        bool secondary = Notifier.HasNotifiers && Notifier.ClearFlushYoung(Bytes(page, 1), NotifierCaller.Eviction);
        return new EvictAnswer(primary | secondary, primary && trusted && !contended);
    }

    private void AskTarget(ulong page, out bool young, out bool fast)
    {
        HvaRange range = Bytes(page, 1);
        if (Knobs.Evict == EvictQuery.FastElseClear && Cap8 && Notifier.FastArchCapable)
        {
            AgeAnswer answer = Notifier.FastYoung(range, clear: true, NotifierCaller.Eviction);
            if (!answer.Failed)
            {
                young = fast = answer.Young != 0;
                return;
            }
        }
        AgeAnswer accurate = Notifier.ClearYoungAnswer(range, flush: false, NotifierCaller.Eviction);
        young = accurate.Young != 0;
        fast = Knobs.Evict != EvictQuery.FastElseClear && accurate.Fast != 0;
    }

    private ulong Ask(ulong page, ulong candidates, WalkQuery query, NotifierCaller caller)
    {
        if (query == WalkQuery.Primary || !GateOpen || !Notifier.HasNotifiers || candidates == 0)
        {
            return Primary.TestAndClearYoungWord(page, candidates);
        }
        switch (query)
        {
            case WalkQuery.Clear:
                return Primary.TestAndClearYoungWord(page, candidates) | Notifier.ClearYoungWord(page, candidates, caller);
            case WalkQuery.FastClear:
                return Primary.TestAndClearYoungWord(page, candidates)
                    | Notifier.FastYoungWord(page, candidates, clear: true, caller, oneCall: false).Young;
            case WalkQuery.TestThenClear:
                ulong tested = Notifier.TestYoungWord(page, candidates, caller) | Primary.TestAndClearYoungWord(page, candidates);
                Notifier.ClearYoungWord(page, tested, caller);
                return tested;
            case WalkQuery.FastTestThenClear:
                ulong fast = Notifier.FastYoungWord(page, candidates, clear: false, caller, oneCall: false).Young;
                fast |= Primary.TestAndClearYoungWord(page, candidates);
                Notifier.FastYoungWord(page, fast, clear: true, caller, oneCall: false);
                return fast;
            default:
                return AskBitmap(page, candidates, caller);
        }
    }

    private ulong AskBitmap(ulong page, ulong candidates, NotifierCaller caller)
    {
        AgeAnswer test = Notifier.FastYoungWord(page, candidates, clear: false, caller, oneCall: true);
        ulong young = Primary.TestAndClearYoungWord(page, candidates);
        if (!test.Failed && test.Young != 0)
        {
            Notifier.FastYoungWord(page, test.Young, clear: true, caller, oneCall: true);
            young |= test.Young;
        }
        return young;
    }

    private static HvaRange Bytes(ulong page, ulong pages) =>
        new(new Hva(page << PageSize.Shift), new Hva((page + pages) << PageSize.Shift));
}
