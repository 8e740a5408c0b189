using SecondLook.Replay.Replacement.Lists;
using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Replacement.Mglru;

/// <content>Scanning the oldest list: sorting and isolation.</content>
public sealed partial class MglruPolicy
{
    /// <summary>One scan of one type; isolated folios are appended oldest first.</summary>
    /// <returns>Pages scanned, isolated and sorted; whether the folio budget ran out.</returns>
    internal ScanResult ScanFolios(MglruLruvec lruvec, int type, int tierLimit, long budget, ScanControl sc, List<int> isolatedFolios)
    {
        if (lruvec.Gens(type) == MglruLruvec.MinGens)
        {
            return default;
        }
        long min = lruvec.MinSeqs[type];
        int slot = (int)(min & 3);
        long remaining = budget;
        long scanned = 0;
        long isolated = 0;
        long sorted = 0;
        int[] prev = Folios.Prev;
        for (int i = 0; i < lruvec.Zones; i++)
        {
            // The highest zone first, then downward, wrapping.
            int zone = (lruvec.Zones - 1 - i + lruvec.Zones) % lruvec.Zones;
            ref FolioList list = ref lruvec.Lists[lruvec.Index(slot, type, zone)];
            long skipped = 0;
            int folio = list.Tail;
            while (folio >= 0)
            {
                int before = prev[folio];
                int pages = Folios.PagesOf(folio);
                scanned += pages;
                if (SortFolio(lruvec, folio, type, min, tierLimit))
                {
                    sorted += pages;
                }
                else if (Isolate(lruvec, folio, type, sc))
                {
                    isolatedFolios.Add(folio);
                    isolated += pages;
                    Model.Observer.Isolated(folio);
                }
                else
                {
                    // Set aside and spliced back where it was: the next older one is looked at.
                    skipped += pages;
                }
                if (--remaining == 0 || Math.Max(isolated, skipped) >= MglruLruvec.MinBatch)
                {
                    break;
                }
                folio = before;
            }
            if (remaining == 0 || isolated >= MglruLruvec.MinBatch)
            {
                break;
            }
        }
        ReclaimCounters counters = lruvec.Memcg.Counters;
        counters.PgRefill += sorted;
        counters.PgScan[type] += isolated;
        counters.PgScanBy[(int)sc.Caller] += isolated;
        Model.Counters.PgRefill += sorted;
        Model.Counters.PgScan[type] += isolated;
        Model.Counters.PgScanBy[(int)sc.Caller] += isolated;
        return new ScanResult(scanned, isolated, sorted, remaining == 0);
    }

    private bool SortFolio(MglruLruvec lruvec, int folio, int type, long min, int tierLimit)
    {
        int gen = Folios.GenOf(folio);
        ref FolioFlags flags = ref Folios.Flags[folio];
        int pages = Folios.PagesOf(folio);
        if ((flags & FolioFlags.Unevictable) != 0)
        {
            if (_switches.SortWriteback == SortWriteback.None)
            {
                return false;
            }
            Delete(folio, reclaiming: true);
            return true;
        }
        int slot = (int)(min & 3);
        if (gen != slot + 1)
        {
            Unlink(lruvec, folio, type);
            Place(lruvec, folio, type, gen - 1, toTail: false);
            return true;
        }
        int tier = (flags & FolioFlags.AllRefs) == 0 ? 0 : _refs.Tier(flags);
        bool saturated = tier > 0 && _refs.Saturated(flags);
        if (_switches.Tiers && (tier > tierLimit || saturated))
        {
            if (tier >= _switches.FirstProtectedTier && (!_switches.IsNew || !saturated))
            {
                lruvec.Protected[lruvec.Hist(min) + type * MglruLruvec.Tiers + tier] += pages;
            }
            IncGeneration(lruvec, folio, type, min, toTail: !_switches.ProtectedToHead);
            return true;
        }
        bool busy = _switches.SortWriteback switch
        {
            SortWriteback.LockedWbDirty => (flags & (FolioFlags.Locked | FolioFlags.Writeback)) != 0
                || (type == 1 && (flags & FolioFlags.Dirty) != 0),
            SortWriteback.WbDirty => (flags & FolioFlags.Writeback) != 0 || (type == 1 && (flags & FolioFlags.Dirty) != 0),
            _ => false,
        };
        if (busy)
        {
            IncGeneration(lruvec, folio, type, min, toTail: false);
            flags |= FolioFlags.Reclaim;
            return true;
        }
        return false;
    }

    /// <summary>Moves a folio of the oldest generation one up; its reference bits go.</summary>
    private void IncGeneration(MglruLruvec lruvec, int folio, int type, long min, bool toTail)
    {
        int zone = Folios.ZoneOf(folio);
        int pages = Folios.PagesOf(folio);
        Unlink(lruvec, folio, type);
        int slot = (int)((min + 1) & 3);
        Place(lruvec, folio, type, slot, toTail);
        lruvec.NrPages[lruvec.Index((int)(min & 3), type, zone)] -= pages;
        lruvec.NrPages[lruvec.Index(slot, type, zone)] += pages;
        Folios.Flags[folio] &= ~(FolioFlags.Referenced | FolioFlags.RefsMask | (_switches.IsNew ? FolioFlags.None : FolioFlags.Workingset));
    }

    private bool Isolate(MglruLruvec lruvec, int folio, int type, ScanControl sc)
    {
        ref FolioFlags flags = ref Folios.Flags[folio];
        if (_switches.BatchClearsLru && (flags & FolioFlags.Rotating) != 0)
        {
            // It waits in a rotation batch, which holds it.
            return false;
        }
        if (!sc.MayIo)
        {
            bool anon = type == 0;
            bool dirtyCounts = !_switches.ActiveInsertClearsRefs || anon;
            bool barred = _switches.SortWriteback == SortWriteback.None && !_switches.ActiveInsertClearsRefs
                ? false
                : ((flags & FolioFlags.Dirty) != 0 && dirtyCounts) || (anon && (flags & FolioFlags.SwapCache) == 0);
            if (barred)
            {
                return false;
            }
        }
        if (_switches.ForceScanWalksWithoutHw && !sc.MayUnmap && (flags & FolioFlags.Mapped) != 0)
        {
            return false;
        }
        ApplyIsolation(ref flags);
        Unlink(lruvec, folio, type);
        int gen = Folios.GenOf(folio);
        lruvec.NrPages[lruvec.Index(gen - 1, type, Folios.ZoneOf(folio))] -= Folios.PagesOf(folio);
        Folios.SetGen(folio, 0);
        return true;
    }

    /// <summary>What isolation does to the flags.</summary>
    internal void ApplyIsolation(ref FolioFlags flags)
    {
        if ((flags & FolioFlags.Referenced) == 0)
        {
            flags &= ~(FolioFlags.RefsMask | (_switches.IsNew ? FolioFlags.None : FolioFlags.Workingset));
        }
        if (!_switches.IsNew)
        {
            flags &= ~FolioFlags.Referenced;
        }
        if (_switches.IsolateClearsReclaim)
        {
            flags &= ~FolioFlags.Reclaim;
        }
    }

    /// <summary>Figures of one scan, in base pages.</summary>
    internal readonly record struct ScanResult(long Scanned, long Isolated, long Sorted, bool BudgetUsed);
}
