using SecondLook.Replay.Replacement.Lists;
using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Replacement.Mglru;

/// <content>Creating the youngest and advancing the oldest generation.</content>
public sealed partial class MglruPolicy
{
    /// <summary>Opens a generation; folds the oldest first where the most exist.</summary>
    internal void IncMaxSeq(MglruLruvec lruvec, int swappiness)
    {
        for (int i = 0; i < 2; i++)
        {
            int type = _switches.IsNew ? i : 1 - i;
            if (lruvec.Gens(type) == lruvec.MostGens)
            {
                FoldOldest(lruvec, type, swappiness);
            }
        }
        if (lruvec.HistGens > 1)
        {
            int hist = lruvec.Hist(lruvec.MaxSeq + 1);
            Array.Clear(lruvec.Refaulted, hist, 2 * MglruLruvec.Tiers);
            Array.Clear(lruvec.Evicted, hist, 2 * MglruLruvec.Tiers);
            Array.Clear(lruvec.Protected, hist, 2 * MglruLruvec.Tiers);
        }
        lruvec.BirthNs[(lruvec.MaxSeq + 1) & 3] = Model.NowNs;
        lruvec.MaxSeq++;
        Model.Counters.AgingPasses++;
        lruvec.Memcg.Counters.AgingPasses++;
        Model.Observer.GenerationCreated(lruvec.Memcg, lruvec.MaxSeq);
    }

    private void FoldOldest(MglruLruvec lruvec, int type, int swappiness)
    {
        long min = lruvec.MinSeqs[type];
        bool skip = (type == 0 && swappiness == 0) || (_switches.IsNew && type == 1 && swappiness == ReclaimModel.AnonOnly);
        if (!skip)
        {
            for (int zone = 0; zone < lruvec.Zones; zone++)
            {
                FoldZone(lruvec, type, zone, (int)(min & 3), (int)((min + 1) & 3));
            }
        }
        CarryOver(lruvec, type);
        lruvec.MinSeqs[type]++;
    }

    /// <summary>Moves the oldest list behind the next one, tail to tail: the block reverses. Links, fields and counts in one sweep.</summary>
    private void FoldZone(MglruLruvec lruvec, int type, int zone, int from, int to)
    {
        ref FolioList source = ref lruvec.Lists[lruvec.Index(from, type, zone)];
        int[] next = Folios.Next;
        int[] prev = Folios.Prev;
        byte[] gens = Folios.Gen;
        FolioFlags[] flagsOf = Folios.Flags;
        bool isNew = _switches.IsNew;
        FolioFlags clear = FolioFlags.Referenced | FolioFlags.RefsMask | (isNew ? FolioFlags.None : FolioFlags.Workingset);
        int oldGen = from + 1;
        byte newByte = (byte)((to << 4) | (to + 1));
        ref FolioList target = ref lruvec.Lists[lruvec.Index(to, type, zone)];
        long moved = 0;
        Model.Counters.Folded += source.Count;
        int folio = source.Tail;
        source = FolioList.Empty;
        int last = target.Tail;
        int head = target.Head;
        int added = 0;
        bool large = Folios.HasLarge;
        int counters = lruvec.Hist(lruvec.MinSeqs[type]) + type * MglruLruvec.Tiers;
        long unmarked = 0;
        while (folio >= 0)
        {
            int before = prev[folio];
            int gen = gens[folio] & 7;
            if (gen != oldGen)
            {
                // Promoted by a walk: keeps its generation, takes the tail of that list.
                gens[folio] = (byte)(((gen - 1) << 4) | gen);
                ref FolioList own = ref lruvec.Lists[lruvec.Index(gen - 1, type, zone)];
                if (gen - 1 == to)
                {
                    own.Head = head;
                    own.Tail = last;
                    own.AddTail(next, prev, folio);
                    head = own.Head;
                    last = own.Tail;
                }
                else
                {
                    own.AddTail(next, prev, folio);
                }
                folio = before;
                continue;
            }
            gens[folio] = newByte;
            int pages = large ? Folios.PagesOf(folio) : 1;
            moved += pages;
            FolioFlags flags = flagsOf[folio];
            if ((flags & FolioFlags.AllRefs) == 0)
            {
                unmarked += pages;
            }
            else
            {
                if (isNew && !_refs.Saturated(flags))
                {
                    lruvec.Protected[counters + _refs.Tier(flags)] += pages;
                }
                flagsOf[folio] = flags & ~clear;
            }
            prev[folio] = last;
            if (last < 0)
            {
                head = folio;
            }
            else
            {
                next[last] = folio;
            }
            last = folio;
            added++;
            folio = before;
        }
        if (last >= 0)
        {
            next[last] = -1;
        }
        if (isNew)
        {
            // No mark at all is tier 0 and never saturated.
            lruvec.Protected[counters] += unmarked;
        }
        target.Head = head;
        target.Tail = last;
        target.Count += added;
        lruvec.NrPages[lruvec.Index(from, type, zone)] -= moved;
        lruvec.NrPages[lruvec.Index(to, type, zone)] += moved;
    }

    /// <summary>Lets the oldest generation advance over empty lists.</summary>
    /// <returns>True if it moved for some type.</returns>
    internal bool TryIncMinSeq(MglruLruvec lruvec, int swappiness)
    {
        long max = lruvec.MaxSeq;
        long anon = lruvec.MinSeqs[0];
        long file = lruvec.MinSeqs[1];
        bool useAnon = swappiness != 0;
        bool useFile = swappiness != ReclaimModel.AnonOnly;
        bool advanced = false;
        while (useAnon && anon + MglruLruvec.MinGens <= max && lruvec.ListEmpty(anon, 0))
        {
            anon++;
            advanced = true;
        }
        while (useFile && file + MglruLruvec.MinGens <= max && lruvec.ListEmpty(file, 1))
        {
            file++;
            advanced = true;
        }
        if (_switches.MinSeqSync == MinSeqSync.FileFollowsAnon)
        {
            if (useAnon)
            {
                anon = Math.Min(anon, file);
                file = Math.Max(anon, lruvec.MinSeqs[1]);
            }
        }
        else if (useAnon && useFile && (advanced || _switches.AgingNeed != AgingNeed.GenCountBelow12))
        {
            long cap = max - MglruLruvec.MinGens;
            if (anon > cap && file < cap)
            {
                anon = cap;
            }
            else if (file > cap && anon < cap)
            {
                file = cap;
            }
        }
        bool moved = false;
        if (useAnon && anon > lruvec.MinSeqs[0])
        {
            CarryOver(lruvec, 0);
            lruvec.MinSeqs[0] = anon;
            moved = true;
        }
        if (useFile && file > lruvec.MinSeqs[1])
        {
            CarryOver(lruvec, 1);
            lruvec.MinSeqs[1] = file;
            moved = true;
        }
        return moved;
    }

    /// <summary>Averages the counters of the generation that ends its time as the oldest.</summary>
    internal void CarryOver(MglruLruvec lruvec, int type)
    {
        int hist = lruvec.Hist(lruvec.MinSeqs[type]) + type * MglruLruvec.Tiers;
        int own = type * MglruLruvec.Tiers;
        for (int tier = 0; tier < MglruLruvec.Tiers; tier++)
        {
            long saved = tier >= _switches.FirstProtectedTier ? lruvec.Protected[hist + tier] : 0;
            lruvec.AvgRefaulted[own + tier] = (lruvec.AvgRefaulted[own + tier] + lruvec.Refaulted[hist + tier]) / 2;
            lruvec.AvgTotal[own + tier] = (lruvec.AvgTotal[own + tier] + lruvec.Evicted[hist + tier] + saved) / 2;
            if (lruvec.HistGens == 1)
            {
                lruvec.Refaulted[hist + tier] = 0;
                lruvec.Evicted[hist + tier] = 0;
                lruvec.Protected[hist + tier] = 0;
            }
        }
    }
}
