using SecondLook.Replay.Replacement.Lists;

namespace SecondLook.Replay.Replacement.Classic;

/// <content>Scanning: the pass over a lruvec, inactive and active lists.</content>
public sealed partial class ClassicPolicy
{
    // Of the emulated machines that the captures come from.
    private const long InactiveBatchNs = 100_000;
    private const long WriteNs = 60_000;
    private const long ActiveBatchNs = 300_000;

    internal override bool ShrinkLruvec(Memcg memcg, ScanControl sc)
    {
        ClassicLruvec lruvec = memcg.Lists!;
        int swappiness = sc.Swappiness >= 0 ? sc.Swappiness : memcg.Swappiness >= 0 ? memcg.Swappiness : Model.Switches.Swappiness;
        Span<long> left = stackalloc long[4];
        Span<long> targets = stackalloc long[4];
        ScanTargets(lruvec, sc, swappiness, left);
        left.CopyTo(targets);
        bool atEase = sc.Target is null && sc.Caller != ReclaimCaller.Kswapd && sc.Priority == ReclaimModel.DefaultPriority;
        long reclaimed = 0;
        Model.Plug();
        while (left[0] != 0 || left[2] != 0 || left[3] != 0)
        {
            for (int index = 0; index < 4; index++)
            {
                if (left[index] == 0)
                {
                    continue;
                }
                long count = Math.Min(left[index], ReclaimModel.SwapClusterMax);
                left[index] -= count;
                reclaimed += ShrinkList(lruvec, index, count, sc);
            }
            if (reclaimed < sc.NrToReclaim || atEase)
            {
                continue;
            }
            if (!Proportion(left, targets))
            {
                break;
            }
        }
        Model.Unplug();
        sc.NrReclaimed += reclaimed;
        ReadOnlySpan<long> sizes = Stats(lruvec);
        if (sc.MaySwap && Model.FreeSwap(memcg) > 0 && BalanceRules.InactiveIsLow(sizes[0], sizes[1]))
        {
            ShrinkActive(lruvec, 0, ReclaimModel.SwapClusterMax, sc);
        }
        return false;
    }

    /// <summary>Enough is reclaimed: stops the type with less left and cuts the other to the same share of its target.</summary>
    /// <returns>False if one type has nothing left.</returns>
    private static bool Proportion(Span<long> left, ReadOnlySpan<long> targets)
    {
        long anon = left[0] + left[1];
        long file = left[2] + left[3];
        if (anon == 0 || file == 0)
        {
            return false;
        }
        int stop = file > anon ? 0 : 2;
        long percent = Math.Min(anon, file) * 100 / (targets[stop] + targets[stop + 1] + 1);
        left[stop] = 0;
        left[stop + 1] = 0;
        for (int index = 2 - stop; index < 4 - stop; index++)
        {
            long scanned = targets[index] - left[index];
            long want = targets[index] * (100 - percent) / 100;
            left[index] = want - Math.Min(want, scanned);
        }
        return true;
    }

    internal long ShrinkList(ClassicLruvec lruvec, int index, long count, ScanControl sc)
    {
        int type = index >> 1;
        if ((index & ClassicLruvec.Active) == 0)
        {
            return ShrinkInactive(lruvec, type, count, sc);
        }
        if ((sc.MayDeactivate & 1 << type) != 0)
        {
            ShrinkActive(lruvec, type, count, sc);
        }
        else
        {
            sc.SkippedDeactivate = true;
        }
        return 0;
    }

    private long ShrinkInactive(ClassicLruvec lruvec, int type, long count, ScanControl sc)
    {
        Model.DrainLocalBatches();
        List<int> batch = Take(lruvec, type * ClassicLruvec.File, count, sc, out long taken);
        if (batch.Count == 0)
        {
            return 0;
        }
        // Taken off the list, scanned.
        NoteUpdates(taken);
        NoteUpdates(taken);
        Memcg memcg = lruvec.Memcg;
        memcg.Counters.PgScan[type] += taken;
        memcg.Counters.PgScanBy[(int)sc.Caller] += taken;
        Model.Counters.PgScan[type] += taken;
        Model.Counters.PgScanBy[(int)sc.Caller] += taken;
        foreach (int folio in batch)
        {
            Model.Observer.Isolated(folio);
        }
        long before = sc.NrReclaimed;
        long freed = Model.Reclaimer.Shrink(batch, sc, memcg, ignoreReferences: false);
        // The pass adds what all its lists freed at its end.
        sc.NrReclaimed = before;
        PutBack(batch);
        NoteUpdates(freed);
        NoteCost(memcg, type, Model.Reclaimer.PagesWritten, taken - freed);
        Spend(InactiveBatchNs + (Model.Reclaimer.PagesWritten * WriteNs));
        if (type == 0)
        {
            Model.Flusher.BatchDone();
        }
        memcg.Counters.PgRotate[type] += taken - freed;
        Model.Observer.BatchDone(memcg, type, taken, taken, freed);
        return freed;
    }

    private void ShrinkActive(ClassicLruvec lruvec, int type, long count, ScanControl sc)
    {
        Model.DrainLocalBatches();
        List<int> batch = Take(lruvec, type * ClassicLruvec.File + ClassicLruvec.Active, count, sc, out long taken);
        ReclaimCounters counters = lruvec.Memcg.Counters;
        NoteUpdates(taken);
        NoteUpdates(taken);
        counters.PgRefill += taken;
        Model.Counters.PgRefill += taken;
        long rotated = 0;
        int kept = 0;
        for (int i = 0; i < batch.Count; i++)
        {
            int folio = batch[i];
            int pages = Folios.PagesOf(folio);
            if (Folios.Has(folio, FolioFlags.Unevictable))
            {
                continue;
            }
            int referenced = Referenced(folio, out _, out _);
            if (referenced > 0 && type == 1 && Folios.Has(folio, FolioFlags.ExecFile))
            {
                rotated += pages;
                batch[kept++] = folio;
                continue;
            }
            Folios.Flags[folio] = (Folios.Flags[folio] & ~FolioFlags.Active) | FolioFlags.Workingset;
            counters.PgDeactivate += pages;
            Model.Counters.PgDeactivate += pages;
            batch[kept++] = folio;
        }
        batch.RemoveRange(kept, batch.Count - kept);
        foreach (int folio in batch)
        {
            Insert(folio, reclaiming: false);
        }
        NoteUpdates(taken - rotated);
        Spend(ActiveBatchNs);
        if (rotated > 0)
        {
            NoteCost(lruvec.Memcg, type, 0, rotated);
        }
    }

    /// <summary>Batches take time, in which the flushers of files and of statistics go on; only where writes take time too.</summary>
    private void Spend(long ns)
    {
        if (Model.Switches.IoModel == Settings.IoModel.Plug)
        {
            Model.NowNs += ns;
            Model.Flusher.Advance();
        }
    }

    /// <summary>Takes folios from the tail of a list, oldest first.</summary>
    private List<int> Take(ClassicLruvec lruvec, int index, long count, ScanControl sc, out long taken)
    {
        List<int> batch = _batch;
        batch.Clear();
        taken = 0;
        ref FolioList list = ref lruvec.Lists[index];
        int folio = list.Tail;
        long scanned = 0;
        while (folio >= 0 && scanned < count)
        {
            int before = Folios.Prev[folio];
            int pages = Folios.PagesOf(folio);
            scanned += pages;
            if (Model.Switches.BatchClearsLru && Folios.Has(folio, FolioFlags.Moving))
            {
                // A batch of another CPU holds it: it goes out of the way.
                list.Remove(Folios.Next, Folios.Prev, folio);
                list.AddHead(Folios.Next, Folios.Prev, folio);
            }
            else if (sc.MayUnmap || !Folios.Has(folio, FolioFlags.Mapped))
            {
                list.Remove(Folios.Next, Folios.Prev, folio);
                Folios.ClearOnList(folio);
                lruvec.Sizes[index] -= pages;
                taken += pages;
                batch.Add(folio);
            }
            folio = before;
        }
        return batch;
    }

    private void PutBack(List<int> batch)
    {
        foreach (int folio in batch)
        {
            if (Folios.Has(folio, FolioFlags.Active))
            {
                AgeNonresident(MemcgOf(folio), Folios.PagesOf(folio));
            }
            Insert(folio, reclaiming: false);
        }
    }

    internal override RefCheck CheckReferences(int folio, ScanControl sc, out YoungIn young)
    {
        int referenced = Referenced(folio, out young, out bool mlocked);
        return ReferenceRules.Classic(
            ref Folios.Flags[folio], referenced, mlocked, Model.Switches.RefCheckClearsFirst, Model.Switches.ReclaimCleanResult);
    }

    private int Referenced(int folio, out YoungIn young, out bool mlocked)
    {
        young = YoungIn.None;
        mlocked = Folios.Has(folio, FolioFlags.MlockedMapping);
        if (mlocked || !Folios.Has(folio, FolioFlags.Mapped))
        {
            return 0;
        }
        if (Folios.Has(folio, FolioFlags.RefTestFails))
        {
            return -1;
        }
        Model.Counters.RmapTests++;
        int pages = Folios.PagesOf(folio);
        for (int page = folio; page < folio + pages; page++)
        {
            if ((Model.Pages.Present(page >> 6) >> page & 1) != 0)
            {
                young |= Model.Pages.ClearTarget(page, flush: true);
            }
        }
        Vma? vma = Model.VmaOf(folio);
        if (vma is not null && (vma.Flags & VmaFlags.Mlocked) != 0)
        {
            mlocked = true;
        }
        bool ignored = vma is not null && (vma.Flags & VmaFlags.SequentialRead) != 0;
        return young != YoungIn.None && !ignored ? 1 : 0;
    }
}
