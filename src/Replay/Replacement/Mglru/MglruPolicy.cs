using SecondLook.Replay.Replacement.Lists;
using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Replacement.Mglru;

/// <summary>
/// The multi-generational LRU over dense folio ids. State is in <see cref="MglruLruvec"/> and <see cref="FolioTable"/>; every rule that
/// differs between kernels is a switch. The parts: insertion and deletion (this file), generations, walk, look-around, scan, eviction, shadows.
/// </summary>
/// <remarks>
/// Models: the lru_gen functions of mm/vmscan.c, include/linux/mm_inline.h and mm/workingset.c in 6.1, 6.6, 6.12, 6.14, 7.2 and 7.3.
/// Omits: batching of size changes and dropped locks, which change no result of a single thread.
/// </remarks>
public sealed partial class MglruPolicy : LruPolicy
{
    private readonly ReclaimSwitches _switches;
    private readonly RefCounts _refs;
    private readonly List<int> _isolated = [];

    internal MglruPolicy(ReclaimModel model)
        : base(model)
    {
        _switches = model.Switches;
        _refs = new RefCounts(_switches.RefEncoding, _switches.RefsWidth);
        _memcgLru = new MemcgLru(_switches.RandomSeed);
    }

    internal RefCounts RefCounts => _refs;

    internal override void AddMemcg(Memcg memcg)
    {
        memcg.Generations = new MglruLruvec(memcg, _switches.Zones, _switches.HistGens, _switches.Bloom, Model.NowNs, _switches.MostGens);
        if (_switches.MemcgLru)
        {
            _memcgLru.Add(memcg);
        }
    }

    /// <summary>Generation that the insertion rule gives a folio.</summary>
    internal long InsertSeq(FolioFlags flags, bool reclaiming, long max, long min)
    {
        bool anon = (flags & FolioFlags.SwapBacked) != 0;
        bool busy = (flags & FolioFlags.Reclaim) != 0 && (flags & (FolioFlags.Dirty | FolioFlags.Writeback)) != 0;
        bool fresh = anon && (flags & FolioFlags.SwapCache) == 0;
        bool workingset = (flags & FolioFlags.Workingset) != 0;
        if (!_switches.IsNew)
        {
            return (flags & FolioFlags.Active) != 0 ? max
                : fresh || busy ? max - 1
                : reclaiming || min + MglruLruvec.MinGens >= max ? min
                : min + 1;
        }
        bool bonus = _switches.FileInsert == FileInsert.OldestRefBonus
            ? workingset || (flags & FolioFlags.Referenced) != 0
            : workingset;
        int back = (flags & FolioFlags.Active) != 0 ? 2 - (workingset ? 1 : 0)
            : reclaiming ? 4
            : fresh || busy ? 2
            : 4 - (bonus ? 1 : 0);
        return Math.Max(max - back + 1, min);
    }

    internal override void PrepareAdd(int folio, bool inFault)
    {
        ref FolioFlags flags = ref Folios.Flags[folio];
        if (!inFault || (flags & FolioFlags.Unevictable) != 0)
        {
            return;
        }
        if (_switches.FaultInsert != FaultInsert.MarkAccessed)
        {
            flags |= FolioFlags.Active;
        }
        else if ((flags & FolioFlags.Workingset) != 0)
        {
            flags |= FolioFlags.Active;
        }
        else if ((flags & FolioFlags.Referenced) == 0)
        {
            flags = _refs.Increment(flags);
        }
    }

    internal override void Insert(int folio, bool reclaiming)
    {
        ref FolioFlags flags = ref Folios.Flags[folio];
        if ((flags & FolioFlags.Unevictable) != 0)
        {
            flags &= ~FolioFlags.Active;
            return;
        }
        MglruLruvec lruvec = LruvecOf(folio);
        int type = Folios.TypeOf(folio);
        long seq = InsertSeq(flags, reclaiming, lruvec.MaxSeq, lruvec.MinSeqs[type]);
        if (_switches.ActiveInsertClearsRefs && (flags & FolioFlags.Active) != 0)
        {
            flags &= ~(FolioFlags.Referenced | FolioFlags.RefsMask);
        }
        flags &= ~FolioFlags.Active;
        Place(lruvec, folio, type, (int)(seq & 3), toTail: reclaiming);
        lruvec.NrPages[lruvec.Index((int)(seq & 3), type, Folios.ZoneOf(folio))] += Folios.PagesOf(folio);
    }

    internal override void Delete(int folio, bool reclaiming)
    {
        MglruLruvec lruvec = LruvecOf(folio);
        int type = Folios.TypeOf(folio);
        int gen = Folios.GenOf(folio);
        if (gen == 0)
        {
            return;
        }
        Unlink(lruvec, folio, type);
        long seq = lruvec.SeqOf(gen);
        lruvec.NrPages[lruvec.Index(gen - 1, type, Folios.ZoneOf(folio))] -= Folios.PagesOf(folio);
        Folios.Gen[folio] = 0;
        if (!reclaiming && seq > lruvec.MaxSeq - MglruLruvec.MinGens)
        {
            Folios.Flags[folio] |= FolioFlags.Active;
        }
    }

    internal override void MarkAccessed(int folio) => Folios.Flags[folio] = _refs.Increment(Folios.Flags[folio]);

    internal override void Activate(int folio)
    {
        if (Folios.GenOf(folio) == 0 || Folios.Has(folio, FolioFlags.Unevictable))
        {
            return;
        }
        Delete(folio, reclaiming: false);
        Folios.Flags[folio] |= FolioFlags.Active;
        Insert(folio, reclaiming: false);
        Model.Count(folio).PgActivate += Folios.PagesOf(folio);
        Model.Counters.PgActivate += Folios.PagesOf(folio);
    }

    internal override void Deactivate(int folio)
    {
        MglruLruvec lruvec = LruvecOf(folio);
        int gen = Folios.GenOf(folio);
        if (_switches.IsNew)
        {
            Folios.Flags[folio] &= ~FolioFlags.AllRefs;
            if (gen == 0 || lruvec.SeqOf(gen) == lruvec.MinSeqs[Folios.TypeOf(folio)])
            {
                return;
            }
        }
        if (gen == 0)
        {
            return;
        }
        Delete(folio, reclaiming: false);
        Folios.Flags[folio] &= ~(FolioFlags.Active | FolioFlags.Referenced);
        Insert(folio, reclaiming: false);
    }

    internal override void Rotate(int folio)
    {
        if (Folios.GenOf(folio) == 0)
        {
            return;
        }
        Delete(folio, reclaiming: true);
        Insert(folio, reclaiming: true);
    }

    internal override long Evictable(Memcg memcg, int type)
    {
        MglruLruvec lruvec = memcg.Generations!;
        long sum = 0;
        for (long seq = lruvec.MinSeqs[type]; seq <= lruvec.MaxSeq; seq++)
        {
            sum += lruvec.SlotPages(seq, type);
        }
        return sum;
    }

    private MglruLruvec LruvecOf(int folio) => Model.MemcgOf(folio).Generations!;

    /// <summary>Sets the generation field and links the folio; sizes are the caller's.</summary>
    private void Place(MglruLruvec lruvec, int folio, int type, int slot, bool toTail)
    {
        ref FolioList list = ref lruvec.Lists[lruvec.Index(slot, type, Folios.ZoneOf(folio))];
        Folios.Gen[folio] = (byte)((slot << 4) | (slot + 1));
        Folios.SetOnList(folio);
        if (toTail)
        {
            list.AddTail(Folios.Next, Folios.Prev, folio);
        }
        else
        {
            list.AddHead(Folios.Next, Folios.Prev, folio);
        }
    }

    private void Unlink(MglruLruvec lruvec, int folio, int type)
    {
        lruvec.Lists[lruvec.Index(Folios.SlotOf(folio), type, Folios.ZoneOf(folio))].Remove(Folios.Next, Folios.Prev, folio);
        Folios.ClearOnList(folio);
    }
}
