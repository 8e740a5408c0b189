using SecondLook.Replay.Replacement.Mglru;

namespace SecondLook.Replay.Replacement;

/// <content>Root reclaim: kswapd and allocations of the whole machine.</content>
public sealed partial class ReclaimModel
{
    /// <summary>A pass of kswapd, from the default priority down until enough is free.</summary>
    /// <param name="pages">Pages wanted: the sum over zones of the high watermark or 32.</param>
    /// <returns>Pages freed; -1 if the OOM killer would run because every lruvec is younger than min_ttl.</returns>
    public long RunKswapd(long pages)
    {
        var sc = new ScanControl { Target = null, Caller = ReclaimCaller.Kswapd, NrToReclaim = Math.Max(pages, SwapClusterMax) };
        for (sc.Priority = StartPriority(sc); sc.Priority >= 1; sc.Priority--)
        {
            if (Mglru is not null && !AgeNode(sc))
            {
                return -1;
            }
            ShrinkRoot(sc);
            if (sc.NrReclaimed >= sc.NrToReclaim || IsBalanced)
            {
                break;
            }
        }
        Policy.FinishScan(sc);
        return sc.NrReclaimed;
    }

    /// <summary>Direct reclaim of an allocation that found no free page.</summary>
    /// <param name="pages">Pages wanted; at least 32 are asked for.</param>
    /// <returns>Pages freed.</returns>
    public long ReclaimDirect(long pages)
    {
        var sc = new ScanControl { Target = null, Caller = ReclaimCaller.Direct, NrToReclaim = Math.Max(pages, SwapClusterMax) };
        for (sc.Priority = StartPriority(sc); sc.Priority >= 0; sc.Priority--)
        {
            ShrinkRoot(sc);
            if (sc.NrReclaimed >= sc.NrToReclaim)
            {
                break;
            }
        }
        Policy.FinishScan(sc);
        return sc.NrReclaimed;
    }

    private int StartPriority(ScanControl sc)
    {
        if (Mglru is null)
        {
            return DefaultPriority;
        }
        long reclaimable = 0;
        foreach (Memcg memcg in _memcgs)
        {
            MglruLruvec lruvec = memcg.Generations!;
            for (int type = Swap.Free > 0 ? 0 : 1; type < 2; type++)
            {
                for (long seq = lruvec.MinSeqs[type]; seq + MglruLruvec.MinGens <= lruvec.MaxSeq; seq++)
                {
                    reclaimable += lruvec.SlotPages(seq, type);
                }
            }
        }
        return MglruPolicy.InitialPriority(reclaimable, sc.NrToReclaim, Switches.InitialPriorityFloor);
    }

    private void ShrinkRoot(ScanControl sc)
    {
        Policy.PrepareScan(sc);
        if (Mglru is not null && Switches.MemcgLru)
        {
            Mglru.ShrinkMany(sc);
            return;
        }
        ShrinkSubtree(Root, sc);
    }

    /// <summary>kswapd's own duties before it reclaims: min_ttl, and in 6.1 all of its aging.</summary>
    /// <returns>False if nothing may be reclaimed.</returns>
    private bool AgeNode(ScanControl sc)
    {
        if (Switches.ForceScanWalksWithoutHw)
        {
            if (!sc.MemcgsNeedAging)
            {
                // The round before freed enough without needing to age.
                sc.MemcgsNeedAging = true;
                return true;
            }
            foreach (Memcg memcg in _memcgs)
            {
                Mglru!.AgeIfWanted(memcg, sc);
            }
        }
        if (Switches.MinTtlMs == 0 || (Switches.CountEveryRefault && sc.Priority == DefaultPriority))
        {
            return true;
        }
        foreach (Memcg memcg in _memcgs)
        {
            if (Mglru!.IsReclaimable(memcg, sc))
            {
                return true;
            }
        }
        return false;
    }
}
