using SecondLook.Replay.Replacement.Lists;

namespace SecondLook.Replay.Replacement.Mglru;

/// <content>One eviction batch: isolate, decide, put back.</content>
public sealed partial class MglruPolicy
{
    /// <summary>One batch.</summary>
    /// <param name="lruvec">Where.</param>
    /// <param name="nrToScan">Folios to scan at most, where the profile limits the batch by its target.</param>
    /// <param name="sc">The request.</param>
    /// <param name="swappiness">0 to 200, or <see cref="ReclaimModel.AnonOnly"/>.</param>
    /// <returns>The figure by which callers stop: pages scanned, or 0 to stop.</returns>
    internal long EvictFolios(MglruLruvec lruvec, long nrToScan, ScanControl sc, int swappiness)
    {
        long budget = _switches.ScanBudgetIsTarget ? Math.Min(nrToScan, MglruLruvec.MaxBatch) : MglruLruvec.MaxBatch;
        List<int> batch = _isolated;
        batch.Clear();
        long result;
        int type;
        if (_switches.ScanBudgetIsTarget)
        {
            TryIncMinSeq(lruvec, swappiness);
            result = IsolateByTarget(lruvec, budget, sc, swappiness, batch, out type);
            if (result != 0)
            {
                TryIncMinSeq(lruvec, swappiness);
            }
        }
        else
        {
            result = IsolateByBatch(lruvec, budget, sc, swappiness, batch, out type);
            result += TryIncMinSeq(lruvec, swappiness) ? 1 : 0;
            if (OutOfGenerations(lruvec, swappiness))
            {
                result = 0;
            }
        }
        if (batch.Count == 0)
        {
            return result;
        }
        if (type == 0)
        {
            sc.NeedSwapping = true;
        }
        ProcessBatch(lruvec, batch, type, result, sc);
        return result;
    }

    private bool OutOfGenerations(MglruLruvec lruvec, int swappiness) => _switches.IsNew
        ? EvictableMinSeq(lruvec, swappiness) + MglruLruvec.MinGens > lruvec.MaxSeq
        : lruvec.Gens(swappiness != 0 ? 0 : 1) == MglruLruvec.MinGens;

    /// <summary>Smallest oldest generation over the types that may be evicted.</summary>
    internal static long EvictableMinSeq(MglruLruvec lruvec, int swappiness) => swappiness switch
    {
        0 => lruvec.MinSeqs[1],
        ReclaimModel.AnonOnly => lruvec.MinSeqs[0],
        _ => Math.Min(lruvec.MinSeqs[0], lruvec.MinSeqs[1]),
    };

    private long IsolateByBatch(MglruLruvec lruvec, long budget, ScanControl sc, int swappiness, List<int> batch, out int type)
    {
        (type, int tier) = TypeToScan(lruvec, swappiness, sc.MayIo);
        int rounds = swappiness is 0 or ReclaimModel.AnonOnly ? 1 : 2;
        for (int round = 0; round < rounds; round++)
        {
            int limit = tier < 0 ? TierIndex(lruvec, type) : tier;
            ScanResult scan = ScanFolios(lruvec, type, limit, budget, sc, batch);
            if (scan.Isolated > 0 || scan.BudgetUsed)
            {
                return scan.Scanned;
            }
            if (round + 1 < rounds)
            {
                type = 1 - type;
            }
            tier = -1;
        }
        return 0;
    }

    private long IsolateByTarget(MglruLruvec lruvec, long budget, ScanControl sc, int swappiness, List<int> batch, out int type)
    {
        (type, _) = TypeToScan(lruvec, swappiness, sc.MayIo);
        int rounds = swappiness is 0 or ReclaimModel.AnonOnly ? 1 : 2;
        long scanned = 0;
        for (int round = 0; round < rounds; round++)
        {
            ScanResult scan = ScanFolios(lruvec, type, TierIndex(lruvec, type), budget, sc, batch);
            scanned += scan.Scanned;
            if (scan.Isolated > 0)
            {
                break;
            }
            // A type that was scanned without yield is tried again rather than left for the other.
            if (scan.Scanned == 0 && round + 1 < rounds)
            {
                type = 1 - type;
            }
        }
        return scanned;
    }

    private void ProcessBatch(MglruLruvec lruvec, List<int> batch, int type, long scanned, ScanControl sc)
    {
        int isolated = batch.Count;
        sc.FilesTaken += type == 1 ? isolated : 0;
        long freed = 0;
        bool retried = false;
        while (batch.Count > 0)
        {
            freed += Model.Reclaimer.Shrink(batch, sc, lruvec.Memcg, ignoreReferences: retried);
            int retry = 0;
            for (int i = 0; i < batch.Count; i++)
            {
                int folio = batch[i];
                if (!retried && MayRetry(folio))
                {
                    batch[retry++] = folio;
                    continue;
                }
                PutBack(lruvec, folio, type);
            }
            batch.RemoveRange(retry, batch.Count - retry);
            retried = true;
        }
        if (type == 0 && (sc.Priority > 0 || sc.Caller != ReclaimCaller.Direct))
        {
            Model.Flusher.BatchDone();
        }
        Model.Swap.BatchDone();
        lruvec.Memcg.Counters.PgRotate[type] += isolated - freed;
        Model.Observer.BatchDone(lruvec.Memcg, type, scanned, isolated, freed);
    }

    /// <summary>A leftover whose write may have ended meanwhile.</summary>
    private bool MayRetry(int folio)
    {
        FolioFlags flags = Folios.Flags[folio];
        FolioFlags bars = FolioFlags.Unevictable | FolioFlags.Active | FolioFlags.Mapped | FolioFlags.Dirty | FolioFlags.Writeback;
        if (!_switches.IsNew)
        {
            bars |= FolioFlags.Referenced | FolioFlags.Locked;
        }
        return (flags & bars) == 0;
    }

    /// <summary>Re-inserts a folio that was not freed.</summary>
    internal void PutBack(MglruLruvec lruvec, int folio, int type)
    {
        ref FolioFlags flags = ref Folios.Flags[folio];
        if ((flags & FolioFlags.Unevictable) == 0)
        {
            if (_switches.IsNew)
            {
                if (InsertSeq(flags, reclaiming: false, lruvec.MaxSeq, lruvec.MinSeqs[type]) == lruvec.MinSeqs[type])
                {
                    flags = (flags & ~(FolioFlags.Referenced | FolioFlags.RefsMask)) | FolioFlags.Active;
                }
            }
            else if ((flags & FolioFlags.Reclaim) != 0 && (flags & (FolioFlags.Dirty | FolioFlags.Writeback)) != 0)
            {
                if ((flags & FolioFlags.Workingset) != 0)
                {
                    flags |= FolioFlags.Referenced;
                }
            }
            else
            {
                flags = (flags & ~FolioFlags.AllRefs) | FolioFlags.Active;
            }
        }
        Insert(folio, reclaiming: false);
    }
}
