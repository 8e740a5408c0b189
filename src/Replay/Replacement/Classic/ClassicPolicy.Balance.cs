namespace SecondLook.Replay.Replacement.Classic;

/// <content>Statistics, costs and scan targets.</content>
public sealed partial class ClassicPolicy
{
    // Two seconds between runs, each late by the rounding of the timer wheel (up to 32 ms at 250 ticks a second) and, the timer being
    // deferrable, by idle CPUs. Six runs traced with workqueue events, 10 to 25 s after boot, came at this period within 0.1 s; machines that
    // have more to do than CPUs are later by any amount.
    private const long FlushPeriodNs = 2_051_000_000;

    private const long NsPerMs = 1_000_000;

    private readonly FlushThreshold _updates = new();
    private long _flushedPeriod = -1;

    /// <summary>How many times the periodic flusher has run since boot.</summary>
    private long PeriodNow => (Model.NowNs - (Model.Switches.StatFlushOffsetMs * NsPerMs)) / FlushPeriodNs;

    internal override void FlushStats()
    {
        _updates.Flushed();
        _flushedPeriod = PeriodNow;
        // Children come after their parents, so that sums can be pushed upward from the end.
        IReadOnlyList<Memcg> memcgs = Model.Memcgs;
        for (int i = 0; i < memcgs.Count; i++)
        {
            ClassicLruvec lruvec = memcgs[i].Lists!;
            Array.Copy(lruvec.Sizes, lruvec.StatSizes, 4);
            Array.Copy(memcgs[i].Counters.WorkingsetActivate, lruvec.StatActivate, 2);
        }
        for (int i = memcgs.Count - 1; i > 0; i--)
        {
            if (memcgs[i].Parent?.Lists is not ClassicLruvec parent)
            {
                continue;
            }
            ClassicLruvec lruvec = memcgs[i].Lists!;
            for (int index = 0; index < 4; index++)
            {
                parent.StatSizes[index] += lruvec.StatSizes[index];
            }
            parent.StatActivate[0] += lruvec.StatActivate[0];
            parent.StatActivate[1] += lruvec.StatActivate[1];
        }
    }

    internal override void KnowFileSizes(Memcg memcg, long inactive, long active)
    {
        long[] sizes = memcg.Lists!.StatSizes;
        sizes[ClassicLruvec.File] = inactive;
        sizes[ClassicLruvec.File + ClassicLruvec.Active] = active;
    }

    internal override void PrepareScan(ScanControl sc)
    {
        ClassicLruvec lruvec = (sc.Target ?? Model.Root).Lists!;
        if (Model.Switches.ReclaimFlushesStats && _updates.Reached)
        {
            FlushStats();
        }
        if (Model.Switches.LazyCosts)
        {
            TakePendingCosts(lruvec);
        }
        sc.AnonCost = lruvec.Cost[0];
        sc.FileCost = lruvec.Cost[1];
        ReadOnlySpan<long> sizes = Stats(lruvec);
        if (sc.ForceDeactivate)
        {
            sc.MayDeactivate = 3;
        }
        else
        {
            for (int type = 0; type < 2; type++)
            {
                bool allowed = lruvec.StatActivate[type] != lruvec.SnapshotActivate[type]
                    || BalanceRules.InactiveIsLow(sizes[type * 2], sizes[type * 2 + 1]);
                sc.MayDeactivate = allowed ? sc.MayDeactivate | 1 << type : sc.MayDeactivate & ~(1 << type);
            }
        }
        sc.CacheTrimMode = sizes[2] >> sc.Priority != 0 && (sc.MayDeactivate & 2) == 0;
        sc.FileIsTiny = sc.Target is null && sizes[2] + sizes[3] + Model.FreeForRules <= Model.HighWatermarkPages
            && (sc.MayDeactivate & 1) == 0 && sizes[0] >> sc.Priority != 0;
    }

    internal override void FinishScan(ScanControl sc)
    {
        ClassicLruvec lruvec = (sc.Target ?? Model.Root).Lists!;
        Stats(lruvec);
        Array.Copy(lruvec.StatActivate, lruvec.SnapshotActivate, 2);
    }

    /// <summary>Statistics of a memcg change: list sizes, events, and what else the kernel counts on the same occasion.</summary>
    private void NoteUpdates(long amount)
    {
        if (Model.Switches.ReclaimFlushesStats && Model.Switches.MemcgStatLag)
        {
            _updates.Update(Model.CurrentCpu, amount);
        }
    }

    /// <summary>Sizes as balance rules see them: of the last flush, or exact without lag.</summary>
    private ReadOnlySpan<long> Stats(ClassicLruvec lruvec)
    {
        if (!Model.Switches.MemcgStatLag || PeriodNow != _flushedPeriod)
        {
            FlushStats();
        }
        return lruvec.StatSizes;
    }

    private void NoteCost(Memcg? memcg, int type, long io, long rotated)
    {
        long cost = io * ReclaimModel.SwapClusterMax + rotated;
        if (cost == 0)
        {
            return;
        }
        for (; memcg is not null; memcg = memcg.Parent)
        {
            ClassicLruvec lruvec = memcg.Lists!;
            if (Model.Switches.LazyCosts)
            {
                lruvec.PendingCost[type] += cost;
                continue;
            }
            lruvec.Cost[type] += cost;
            ReadOnlySpan<long> sizes = Stats(lruvec);
            long quarter = (sizes[0] + sizes[1] + sizes[2] + sizes[3]) / 4;
            if (lruvec.Cost[0] + lruvec.Cost[1] > quarter)
            {
                lruvec.Cost[0] /= 2;
                lruvec.Cost[1] /= 2;
            }
        }
    }

    private void TakePendingCosts(ClassicLruvec lruvec)
    {
        ReadOnlySpan<long> sizes = Stats(lruvec);
        long quarter = (sizes[0] + sizes[1] + sizes[2] + sizes[3]) / 4;
        for (int type = 0; type < 2; type++)
        {
            lruvec.Cost[type] += lruvec.PendingCost[type];
            lruvec.PendingCost[type] = 0;
        }
        while (lruvec.Cost[0] + lruvec.Cost[1] > quarter && lruvec.Cost[0] + lruvec.Cost[1] > 0)
        {
            lruvec.Cost[0] /= 2;
            lruvec.Cost[1] /= 2;
        }
    }

    /// <summary>Pages to scan of each list in this pass.</summary>
    private void ScanTargets(ClassicLruvec lruvec, ScanControl sc, int swappiness, Span<long> targets)
    {
        long anonShare = 1;
        long fileShare = 1;
        bool fraction = false;
        if (swappiness == ReclaimModel.AnonOnly)
        {
            fileShare = 0;
            anonShare = Model.FreeSwap(lruvec.Memcg) > 0 && sc.MaySwap ? 1 : 0;
        }
        else if (!sc.MaySwap || Model.FreeSwap(lruvec.Memcg) == 0 || (sc.Target is not null && swappiness == 0))
        {
            anonShare = 0;
        }
        else if (sc.Priority == 0 && swappiness != 0)
        {
            anonShare = 1;
        }
        else if (sc.FileIsTiny)
        {
            fileShare = 0;
        }
        else if (sc.CacheTrimMode)
        {
            anonShare = 0;
        }
        else
        {
            (anonShare, fileShare) = BalanceRules.Shares(sc.AnonCost, sc.FileCost, swappiness);
            fraction = true;
        }
        for (int index = 0; index < 4; index++)
        {
            long size = lruvec.Sizes[index];
            long scan = ReclaimModel.ApplyProtection(sc.Target, lruvec.Memcg, size) >> sc.Priority;
            if (scan == 0 && !lruvec.Memcg.Online)
            {
                scan = Math.Min(size, ReclaimModel.SwapClusterMax);
            }
            long share = index < 2 ? anonShare : fileShare;
            targets[index] = fraction ? (long)((Int128)scan * share / (anonShare + fileShare)) : share == 0 ? 0 : scan;
        }
    }
}
