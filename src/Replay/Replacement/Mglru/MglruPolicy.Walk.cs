using System.Numerics;
using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Replacement.Mglru;

/// <content>The aging pass and its page-table walk.</content>
public sealed partial class MglruPolicy
{
    private const VmaFlags NeverWalked =
        VmaFlags.Inaccessible | VmaFlags.Huge | VmaFlags.SequentialRead | VmaFlags.NoRecency | VmaFlags.Mlocked | VmaFlags.Special;

    /// <summary>One aging pass; the walk promotes into the current youngest generation, then a new one is created.</summary>
    /// <returns>False if this iteration was already done.</returns>
    internal bool TryIncMaxSeq(MglruLruvec lruvec, int swappiness, bool force, ScanControl sc)
    {
        if (lruvec.MaxSeq <= lruvec.WalkSeq)
        {
            return false;
        }
        if (_switches.LeafWalk || (force && _switches.PageTableWalk && _switches.ForceScanWalksWithoutHw))
        {
            sc.HasWalk = true;
            WalkAll(lruvec, swappiness, force);
        }
        lruvec.WalkSeq++;
        Array.Copy(lruvec.WalkStats, lruvec.WalkStatsLast, lruvec.WalkStats.Length);
        Array.Clear(lruvec.WalkStats);
        IncMaxSeq(lruvec, swappiness);
        return true;
    }

    private void WalkAll(MglruLruvec lruvec, int swappiness, bool force)
    {
        IReadOnlyList<AddressSpace> spaces = lruvec.Memcg.Spaces;
        bool first = true;
        for (int i = 0; i < spaces.Count; i++)
        {
            AddressSpace space = spaces[i];
            // Processes that came since the last iteration are read whole, and so is every one after them in this pass.
            force |= i >= lruvec.KnownSpaces;
            if (space.Exiting || (!force && !space.Used))
            {
                continue;
            }
            space.Used = space.AlwaysUsed;
            if (_switches.ForceScanWalksWithoutHw && TooSmall(space, swappiness))
            {
                continue;
            }
            if (first)
            {
                lruvec.Filter.Reset(lruvec.MaxSeq + 1, Model.Tables);
            }
            first = false;
            WalkSpace(lruvec, space, swappiness, force);
        }
        lruvec.KnownSpaces = spaces.Count;
    }

    private static bool TooSmall(AddressSpace space, int swappiness) =>
        (swappiness != 0 ? space.MappedPages[0] : 0) + space.MappedPages[1] < MglruLruvec.MinBatch;

    private void WalkSpace(MglruLruvec lruvec, AddressSpace space, int swappiness, bool force)
    {
        bool shortcut = _switches.NonleafYoung && _switches.NonleafShortcut switch
        {
            NonleafShortcut.Always => true,
            NonleafShortcut.Never => false,
            _ => !space.HasNotifiers && !force,
        };
        IReadOnlyList<Vma> vmas = space.Vmas;
        long table = -1;
        int firstVma = 0;
        while (true)
        {
            // The next page-table page that some walkable range touches, and every range inside it.
            table++;
            while (firstVma < vmas.Count && (vmas[firstVma].EndVpn <= table << 9 || SkipVma(vmas[firstVma], swappiness)))
            {
                firstVma++;
            }
            if (firstVma == vmas.Count)
            {
                return;
            }
            table = Math.Max(table, vmas[firstVma].StartVpn >> 9);
            WalkTable(lruvec, space, vmas, firstVma, table, swappiness, force, shortcut);
        }
    }

    private void WalkTable(
        MglruLruvec lruvec, AddressSpace space, IReadOnlyList<Vma> vmas, int firstVma, long table, int swappiness, bool force, bool shortcut)
    {
        ReclaimCounters counters = Model.Counters;
        int key = -1;
        for (int i = firstVma; i < vmas.Count && vmas[i].StartVpn < (table + 1) << 9; i++)
        {
            if (key < 0 && vmas[i].EndVpn > table << 9)
            {
                key = Model.TableKey(vmas[i], table);
            }
        }
        if (!Model.TablePresent(key))
        {
            lruvec.WalkStats[0]++;
            return;
        }
        if (shortcut)
        {
            if (!Model.Pages.TableYoung(key))
            {
                counters.TablesSkippedNonleaf++;
                return;
            }
            Model.Pages.ClearTableYoung(key);
        }
        if (!force && !lruvec.Filter.Test(lruvec.MaxSeq, key))
        {
            counters.TablesSkippedFilter++;
            return;
        }
        lruvec.WalkStats[2]++;
        counters.TablesFound++;
        int total = 0;
        int young = 0;
        for (int i = firstVma; i < vmas.Count && vmas[i].StartVpn < (table + 1) << 9; i++)
        {
            Vma vma = vmas[i];
            if (vma.EndVpn <= table << 9 || SkipVma(vma, swappiness))
            {
                continue;
            }
            long low = Math.Max(vma.StartVpn, table << 9);
            long high = Math.Min(vma.EndVpn, (table + 1) << 9);
            int first = vma.FirstPage + (int)(low - vma.StartVpn);
            int count = (int)(high - low);
            total += count;
            young += WalkPages(lruvec, space, first, first + count, swappiness);
        }
        lruvec.WalkStats[0] += total;
        lruvec.WalkStats[1] += young;
        counters.PtesRead += total;
        counters.PtesYoung += young;
        if (Suitable(total, young))
        {
            lruvec.WalkStats[3]++;
            counters.TablesAdded++;
            lruvec.Filter.Add(lruvec.MaxSeq + 1, key);
        }
    }

    private int WalkPages(MglruLruvec lruvec, AddressSpace space, int first, int end, int swappiness)
    {
        int young = 0;
        IPageTables tables = Model.Pages;
        for (int word = first >> 6; word << 6 < end; word++)
        {
            ulong asked = RangeMask(word, first, end) & Eligible(word, lruvec, space, swappiness);
            if (asked == 0)
            {
                continue;
            }
            ulong found = tables.ClearYoung(word, asked, _switches.SecondaryInAging, YoungCaller.Walk);
            young += BitOperations.PopCount(found);
            PromoteWord(lruvec, word, found, YoungCaller.Walk, withWalk: true);
        }
        return young;
    }

    private void PromoteWord(MglruLruvec lruvec, int word, ulong found, YoungCaller by, bool withWalk)
    {
        int last = -1;
        while (found != 0)
        {
            int folio = (word << 6) + BitOperations.TrailingZeroCount(found);
            found &= found - 1;
            if (Folios.HasLarge)
            {
                folio = Folios.FolioOf(folio);
                if (folio == last && _switches.LargeFolioBatch != LargeFolioBatch.No)
                {
                    continue;
                }
                last = folio;
            }
            bool moved = withWalk ? Promote(lruvec, folio) : ActivateNeighbour(lruvec, folio);
            Model.Observer.SeenYoung(folio, by, moved);
        }
    }

    /// <summary>Pages of a word that a walk or look-around may harvest.</summary>
    private ulong Eligible(int word, MglruLruvec lruvec, AddressSpace space, int swappiness)
    {
        ulong eligible = Model.Pages.Present(word);
        if (_switches.IsNew)
        {
            // Folios on no list, isolated or still in an insertion batch, are passed over before their bits are touched.
            eligible &= Folios.HasLarge ? HeadsOnList(word, eligible) : Folios.OnList[word];
        }
        if (!space.HasNotifiers)
        {
            eligible &= Model.Pages.PrimaryYoung(word);
        }
        if (Model.MixedCharges || (!_switches.IsNew && swappiness == 0))
        {
            eligible = DropForeign(word, eligible, lruvec, swappiness);
        }
        return eligible;
    }

    private ulong HeadsOnList(int word, ulong pages)
    {
        ulong kept = 0;
        for (ulong rest = pages; rest != 0; rest &= rest - 1)
        {
            int page = (word << 6) + BitOperations.TrailingZeroCount(rest);
            kept |= Folios.IsOnList(Folios.FolioOf(page)) ? rest & (ulong)-(long)rest : 0;
        }
        return kept;
    }

    private ulong DropForeign(int word, ulong pages, MglruLruvec lruvec, int swappiness)
    {
        ulong kept = 0;
        for (ulong rest = pages; rest != 0; rest &= rest - 1)
        {
            int folio = Folios.FolioOf((word << 6) + BitOperations.TrailingZeroCount(rest));
            bool own = Folios.Memcg[folio] == lruvec.Memcg.Id && (swappiness != 0 || Folios.TypeOf(folio) == 1 || _switches.IsNew);
            kept |= own ? rest & (ulong)-(long)rest : 0;
        }
        return kept;
    }

    /// <summary>A table with this many young entries is read again next time.</summary>
    internal bool Suitable(int total, int young) => young * Math.Clamp(_switches.CacheLine / 8, 2, 8) >= total;

    private static ulong RangeMask(int word, int first, int end)
    {
        int start = word << 6;
        ulong mask = ulong.MaxValue;
        if (first > start)
        {
            mask &= ulong.MaxValue << (first - start);
        }
        if (end < start + 64)
        {
            mask &= ulong.MaxValue >> (start + 64 - end);
        }
        return mask;
    }

    private static bool SkipVma(Vma vma, int swappiness) => (vma.Flags & NeverWalked) != 0
        || (vma.Kind == VmaKind.File ? swappiness == ReclaimModel.AnonOnly : swappiness == 0);
}
