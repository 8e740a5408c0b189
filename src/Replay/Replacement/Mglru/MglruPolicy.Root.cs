namespace SecondLook.Replay.Replacement.Mglru;

/// <content>Root reclaim: which memcgs in which order, min_ttl.</content>
public sealed partial class MglruPolicy
{
    /// <summary>Visits the memcgs of the old generation of the memcg LRU, bin by bin, until enough is reclaimed.</summary>
    internal void ShrinkMany(ScanControl sc)
    {
        int first = _memcgLru.NextBin();
        long seq = _memcgLru.Seq;
        for (int i = 0; i < MemcgLru.Bins; i++)
        {
            int bin = (first + i) % MemcgLru.Bins;
            // A snapshot of the bin: visits rotate its members.
            var members = new List<MglruLruvec>(_memcgLru.Bin(bin, seq));
            foreach (MglruLruvec lruvec in members)
            {
                if (lruvec.MemcgLruGen != (int)(seq % MemcgLru.Gens))
                {
                    continue;
                }
                _memcgLru.Rotate(lruvec, ShrinkOne(lruvec, sc));
                if (sc.NrReclaimed >= sc.NrToReclaim)
                {
                    return;
                }
            }
        }
    }

    /// <summary>In 6.1 kswapd ages every memcg that wants it before it reclaims.</summary>
    internal void AgeIfWanted(Memcg memcg, ScanControl sc)
    {
        MglruLruvec lruvec = memcg.Generations!;
        int swappiness = EffectiveSwappiness(memcg, sc);
        if (!ReclaimModel.BelowMin(sc.Target, memcg) && ShouldAge(lruvec, swappiness, sc.Priority, out _))
        {
            TryIncMaxSeq(lruvec, swappiness, force: false, sc);
        }
    }

    /// <summary>Whether a memcg has pages that may be reclaimed under min_ttl.</summary>
    internal bool IsReclaimable(Memcg memcg, ScanControl sc)
    {
        if (ReclaimModel.BelowMin(sc.Target, memcg))
        {
            return false;
        }
        MglruLruvec lruvec = memcg.Generations!;
        int swappiness = EffectiveSwappiness(memcg, sc);
        long total = Evictable(lruvec, swappiness);
        if ((memcg.Online ? total >> sc.Priority : total) == 0)
        {
            return false;
        }
        long oldest = _switches.IsNew ? EvictableMinSeq(lruvec, swappiness) : lruvec.MinSeqs[1];
        return Model.NowNs - lruvec.BornNs(oldest) > _switches.MinTtlMs * 1_000_000;
    }

    private MemcgLruOp ShrinkOne(MglruLruvec lruvec, ScanControl sc)
    {
        Memcg memcg = lruvec.Memcg;
        if (ReclaimModel.BelowMin(null, memcg))
        {
            return MemcgLruOp.Young;
        }
        if (ReclaimModel.BelowLow(null, memcg) && lruvec.MemcgLruSeg != MemcgLru.SegTail)
        {
            return MemcgLruOp.Tail;
        }
        bool rotate = ShrinkLruvec(memcg, sc);
        if (rotate && memcg.Online)
        {
            return MemcgLruOp.Young;
        }
        long size = Evictable(lruvec, EffectiveSwappiness(memcg, sc));
        if (!rotate && size >> sc.Priority != 0)
        {
            return MemcgLruOp.None;
        }
        return lruvec.MemcgLruSeg != MemcgLru.SegTail ? MemcgLruOp.Tail : MemcgLruOp.Young;
    }
}
