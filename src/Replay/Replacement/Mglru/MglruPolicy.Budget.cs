using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Replacement.Mglru;

/// <content>How much a pass scans, when it ages first, when it stops.</content>
public sealed partial class MglruPolicy
{
    /// <summary>Effective swappiness of a request on a memcg.</summary>
    internal int EffectiveSwappiness(Memcg memcg, ScanControl sc)
    {
        int wanted = sc.Swappiness >= 0 ? sc.Swappiness : memcg.Swappiness >= 0 ? memcg.Swappiness : _switches.Swappiness;
        if (wanted == ReclaimModel.AnonOnly && _switches.LazyCosts)
        {
            return wanted;
        }
        bool room = Model.FreeSwap(memcg) >= MglruLruvec.MinBatch;
        if (!sc.MaySwap && _switches.ForceScanWalksWithoutHw)
        {
            return sc.Target is null && room ? Math.Min(wanted, 1) : 0;
        }
        return sc.MaySwap && room ? wanted : 0;
    }

    /// <summary>Priority at which root reclaim starts.</summary>
    /// <param name="reclaimable">Pages older than the two youngest generations.</param>
    /// <param name="nrToReclaim">Pages wanted.</param>
    /// <param name="floor">Lowest value; -1 keeps the default priority.</param>
    internal static int InitialPriority(long reclaimable, long nrToReclaim, int floor)
    {
        if (floor < 0 || nrToReclaim < MglruLruvec.MinBatch)
        {
            return ReclaimModel.DefaultPriority;
        }
        int priority = FindLastSet(reclaimable) - 1 - FindLastSet(nrToReclaim - 1);
        return Math.Clamp(priority, floor, ReclaimModel.DefaultPriority);
    }

    /// <summary>Number of the highest set bit, counted from 1; 0 for 0.</summary>
    private static int FindLastSet(long value) => 64 - System.Numerics.BitOperations.LeadingZeroCount((ulong)value);

    /// <summary>Whether eviction wants an aging pass first, and all evictable pages.</summary>
    internal bool ShouldAge(MglruLruvec lruvec, int swappiness, int priority, out long total)
    {
        bool useAnon = swappiness != 0;
        bool useFile = swappiness != ReclaimModel.AnonOnly;
        long max = lruvec.MaxSeq;
        total = 0;
        long young = 0;
        long old = 0;
        for (int type = useAnon ? 0 : 1; type < (useFile ? 2 : 1); type++)
        {
            for (long seq = lruvec.MinSeqs[type]; seq <= max; seq++)
            {
                long pages = lruvec.SlotPages(seq, type);
                total += pages;
                young += seq == max ? pages : 0;
                old += seq + MglruLruvec.MinGens == max ? pages : 0;
            }
        }
        long min = _switches.AgingNeed == AgingNeed.Balanced ? lruvec.MinSeqs[useAnon ? 0 : 1] : EvictableMinSeq(lruvec, swappiness);
        long cold = min + MglruLruvec.MinGens;
        if (cold > max)
        {
            if (_switches.AgingNeed != AgingNeed.GenCountBelow12 && !_switches.ForceScanWalksWithoutHw)
            {
                total = 0;
            }
            return true;
        }
        if (cold < max)
        {
            return false;
        }
        return _switches.AgingNeed switch
        {
            AgingNeed.Balanced => young * MglruLruvec.MinGens > total || old * (MglruLruvec.MinGens + 2) < total,
            AgingNeed.GenCount => true,
            _ => priority < ReclaimModel.DefaultPriority,
        };
    }

    internal override bool ShrinkLruvec(Memcg memcg, ScanControl sc)
    {
        Model.DrainLocalBatches();
        // In 6.1 a walk object, once there, serves the rest of the request; later it lives for one pass.
        sc.HasWalk = (_switches.ForceScanWalksWithoutHw && sc.HasWalk)
            || sc.Caller == ReclaimCaller.Kswapd
            || (sc.Caller == ReclaimCaller.Proactive && !_switches.ForceScanWalksWithoutHw);
        sc.DirtyFiles = 0;
        sc.FilesTaken = 0;
        Model.Plug();
        bool rotate = _switches.ForceScanWalksWithoutHw ? ShrinkByPasses(memcg, sc)
            : _switches.ScanBudgetIsTarget ? ShrinkByTarget(memcg, sc)
            : ShrinkByBatches(memcg, sc);
        Model.Unplug(late: true);
        if (_switches.MglruWakesFlusher == FlusherWake.Pass && sc.DirtyFiles > 0 && sc.DirtyFiles == sc.FilesTaken)
        {
            Model.Flusher.Wake();
        }
        return rotate;
    }

    /// <summary>6.6 to 6.18: aging ends the pass.</summary>
    private bool ShrinkByBatches(Memcg memcg, ScanControl sc)
    {
        MglruLruvec lruvec = memcg.Generations!;
        int swappiness = EffectiveSwappiness(memcg, sc);
        if (swappiness != 0 && !sc.MayIo && _switches.Profile == "p66")
        {
            swappiness = 1;
        }
        long scanned = 0;
        while (true)
        {
            long target = ScanTarget(lruvec, swappiness, sc);
            if (target <= 0)
            {
                return target < 0;
            }
            long delta = EvictFolios(lruvec, target, sc, swappiness);
            scanned += delta;
            if (delta == 0 || scanned >= target || ShouldAbort(sc))
            {
                return false;
            }
        }
    }

    private long ScanTarget(MglruLruvec lruvec, int swappiness, ScanControl sc)
    {
        Memcg memcg = lruvec.Memcg;
        if (ReclaimModel.BelowMin(sc.Target, memcg))
        {
            return -1;
        }
        bool age = ShouldAge(lruvec, swappiness, sc.Priority, out long total);
        if (total != 0 && !memcg.Online)
        {
            return total;
        }
        if (!age || sc.Priority == ReclaimModel.DefaultPriority)
        {
            return total >> sc.Priority;
        }
        return TryIncMaxSeq(lruvec, swappiness, force: false, sc) ? -1 : 0;
    }

    /// <summary>6.1: aging and eviction share the pass.</summary>
    private bool ShrinkByPasses(Memcg memcg, ScanControl sc)
    {
        MglruLruvec lruvec = memcg.Generations!;
        int swappiness = EffectiveSwappiness(memcg, sc);
        long startSeq = lruvec.MaxSeq;
        long startReclaimed = sc.NrReclaimed;
        long scanned = 0;
        bool needAging = false;
        sc.NeedSwapping = false;
        while (true)
        {
            if (ReclaimModel.BelowMin(sc.Target, memcg) || (ReclaimModel.BelowLow(sc.Target, memcg) && !sc.LowReclaim))
            {
                return false;
            }
            needAging = ShouldAge(lruvec, swappiness, sc.Priority, out long total);
            long target = memcg.Online ? total >> sc.Priority : total;
            if (needAging)
            {
                if (sc.Priority == ReclaimModel.DefaultPriority)
                {
                    target = lruvec.MinSeqs[swappiness != 0 ? 0 : 1] + MglruLruvec.MinGens <= lruvec.MaxSeq ? target : 0;
                }
                else if (sc.Caller == ReclaimCaller.Kswapd)
                {
                    target = 0;
                }
                else
                {
                    bool cold = lruvec.MinSeqs[swappiness != 0 ? 0 : 1] + MglruLruvec.MinGens <= lruvec.MaxSeq;
                    bool aged = TryIncMaxSeq(lruvec, swappiness, force: false, sc);
                    target = aged || cold ? target : 0;
                }
            }
            if (target == 0)
            {
                return false;
            }
            long delta = EvictFolios(lruvec, target, sc, swappiness);
            scanned += delta;
            if (delta == 0)
            {
                return false;
            }
            if (scanned >= target)
            {
                break;
            }
            if (sc.Caller != ReclaimCaller.Kswapd
                && (lruvec.MaxSeq - startSeq > 1 || (sc.NrReclaimed >= sc.NrToReclaim && sc.NeedSwapping)))
            {
                break;
            }
        }
        if (sc.NrReclaimed - startReclaimed >= MglruLruvec.MinBatch && !needAging)
        {
            sc.MemcgsNeedAging = false;
        }
        return false;
    }

    /// <summary>7.x: the target is fixed at the start, every batch may age and still evicts.</summary>
    private bool ShrinkByTarget(Memcg memcg, ScanControl sc)
    {
        MglruLruvec lruvec = memcg.Generations!;
        int swappiness = EffectiveSwappiness(memcg, sc);
        long left = Evictable(lruvec, swappiness);
        bool rotate = false;
        if (memcg.Online)
        {
            left = ReclaimModel.ApplyProtection(sc.Target, memcg, left) >> sc.Priority;
        }
        while (left > 0)
        {
            if (ReclaimModel.BelowMin(sc.Target, memcg))
            {
                return true;
            }
            bool age = ShouldAge(lruvec, swappiness, sc.Priority, out _);
            if (age && TryIncMaxSeq(lruvec, swappiness, force: false, sc))
            {
                rotate = true;
            }
            long delta = EvictFolios(lruvec, Math.Min(left, MglruLruvec.MinBatch), sc, swappiness);
            if (delta == 0 || ShouldAbort(sc) || (sc.Target is null && age))
            {
                break;
            }
            left -= delta;
        }
        return rotate;
    }

    private static long Evictable(MglruLruvec lruvec, int swappiness)
    {
        long total = 0;
        for (int type = swappiness != 0 ? 0 : 1; type < (swappiness == ReclaimModel.AnonOnly ? 1 : 2); type++)
        {
            for (long seq = lruvec.MinSeqs[type]; seq <= lruvec.MaxSeq; seq++)
            {
                total += lruvec.SlotPages(seq, type);
            }
        }
        return total;
    }

    private bool ShouldAbort(ScanControl sc)
    {
        if (sc.Target is not null && _switches.MemcgAbort != MemcgAbort.WhenEnough)
        {
            return false;
        }
        return sc.NrReclaimed >= sc.NrToReclaim
            || (sc.Caller == ReclaimCaller.Kswapd && Model.MachinePages > 0 && Model.FreeForRules >= Model.HighWatermarkPages + MglruLruvec.MinBatch);
    }
}
