using SecondLook.Replay.Replacement.Lists;

namespace SecondLook.Replay.Replacement.Classic;

/// <summary>The two-list LRU: new folios enter the inactive head, second uses activate, balance and refault distance decide the rest.</summary>
/// <remarks>
/// Models: the classic halves of mm/swap.c, mm/vmscan.c and mm/workingset.c, 6.1 to 7.3.
/// Omits: zones, compaction, lazily freed pages.
/// </remarks>
public sealed partial class ClassicPolicy : LruPolicy
{
    private const int UpdatesOfFault = 3;
    private const int UpdatesOfRefault = 5;
    private const int UpdatesOfEviction = 3;
    internal const uint AgeMask = (1u << 30) - 1;
    private readonly List<int> _batch = [];

    internal ClassicPolicy(ReclaimModel model)
        : base(model)
    {
    }

    internal override void AddMemcg(Memcg memcg) => memcg.Lists = new ClassicLruvec(memcg);

    internal override void PrepareAdd(int folio, bool inFault)
    {
        // A fault decides nothing here: only a refault sets active. The fault, the charge and the mapping are counted.
        NoteUpdates(UpdatesOfFault);
    }

    internal override void Insert(int folio, bool reclaiming)
    {
        FolioFlags flags = Folios.Flags[folio];
        if ((flags & FolioFlags.Unevictable) != 0)
        {
            return;
        }
        int index = IndexOf(folio);
        ClassicLruvec lruvec = LruvecOf(folio);
        if (reclaiming)
        {
            lruvec.Lists[index].AddTail(Folios.Next, Folios.Prev, folio);
        }
        else
        {
            lruvec.Lists[index].AddHead(Folios.Next, Folios.Prev, folio);
        }
        lruvec.Sizes[index] += Folios.PagesOf(folio);
        NoteUpdates(Folios.PagesOf(folio));
        Folios.SetOnList(folio);
    }

    internal override void Delete(int folio, bool reclaiming)
    {
        if (!Folios.IsOnList(folio))
        {
            return;
        }
        int index = IndexOf(folio);
        ClassicLruvec lruvec = LruvecOf(folio);
        lruvec.Lists[index].Remove(Folios.Next, Folios.Prev, folio);
        lruvec.Sizes[index] -= Folios.PagesOf(folio);
        NoteUpdates(Folios.PagesOf(folio));
        Folios.ClearOnList(folio);
    }

    internal override void MarkAccessed(int folio)
    {
        ref FolioFlags flags = ref Folios.Flags[folio];
        if ((flags & FolioFlags.Referenced) == 0)
        {
            flags |= FolioFlags.Referenced;
        }
        else if ((flags & (FolioFlags.Active | FolioFlags.Unevictable)) == 0)
        {
            if (Folios.IsOnList(folio))
            {
                Model.ActivateWhenDrained(folio);
            }
            else if (Model.WaitsHere(folio))
            {
                // Only the CPU's own batch of new folios is searched: isolated folios, and those that wait elsewhere, stay inactive.
                flags |= FolioFlags.Active;
            }
            Folios.Flags[folio] &= ~FolioFlags.Referenced;
            AgeNonresident(MemcgOf(folio), Folios.PagesOf(folio));
        }
    }

    internal override void Activate(int folio)
    {
        if (!Folios.IsOnList(folio) || Folios.Has(folio, FolioFlags.Active))
        {
            return;
        }
        Delete(folio, reclaiming: false);
        Folios.Flags[folio] |= FolioFlags.Active;
        Insert(folio, reclaiming: false);
        NoteUpdates(Folios.PagesOf(folio));
        Model.Count(folio).PgActivate += Folios.PagesOf(folio);
        Model.Counters.PgActivate += Folios.PagesOf(folio);
    }

    internal override void Deactivate(int folio)
    {
        if (!Folios.IsOnList(folio))
        {
            return;
        }
        Delete(folio, reclaiming: false);
        Folios.Flags[folio] &= ~(FolioFlags.Active | FolioFlags.Referenced);
        Insert(folio, reclaiming: false);
    }

    internal override void Rotate(int folio)
    {
        if (!Folios.IsOnList(folio))
        {
            return;
        }
        Delete(folio, reclaiming: false);
        Folios.Flags[folio] &= ~FolioFlags.Active;
        Insert(folio, reclaiming: true);
    }

    internal override uint MakeShadow(int folio, ScanControl sc)
    {
        // The clock is the reclaim target's, unlike with generations.
        Memcg target = sc.Target ?? Model.Root;
        ClassicLruvec lruvec = target.Lists!;
        uint age = (uint)(lruvec.NonresidentAge & AgeMask);
        AgeNonresident(target, Folios.PagesOf(folio));
        NoteUpdates(UpdatesOfEviction * Folios.PagesOf(folio));
        if (sc.Target != MemcgOf(folio))
        {
            Folios.Memcg[folio] = (ushort)target.Id;
        }
        return (age << 2) | (Folios.Has(folio, FolioFlags.Workingset) ? 2u : 0u) | 1u;
    }

    internal override (bool Recent, bool Restored) Refault(int folio, bool inFault)
    {
        uint shadow = Folios.Shadow[folio];
        int type = Folios.TypeOf(folio);
        int pages = Folios.PagesOf(folio);
        Memcg own = MemcgOf(folio);
        ClassicLruvec lruvec = (Model.ShadowMemcg ?? own).Lists!;
        NoteUpdates(UpdatesOfRefault * pages);
        own.Counters.Refault[type] += pages;
        Model.Counters.Refault[type] += pages;
        long distance = ((uint)lruvec.NonresidentAge - (shadow >> 2)) & AgeMask;
        if (!BalanceRules.RefaultActivates(distance, type, Model.FreeSwap(own) > 0, Stats(lruvec)))
        {
            return (false, false);
        }
        ref FolioFlags flags = ref Folios.Flags[folio];
        flags |= FolioFlags.Active;
        AgeNonresident(own, pages);
        own.Counters.WorkingsetActivate[type] += pages;
        Model.Counters.WorkingsetActivate[type] += pages;
        if ((shadow & 2) == 0)
        {
            return (true, false);
        }
        flags |= FolioFlags.Workingset;
        NoteCost(own, type, io: pages, rotated: 0);
        own.Counters.WorkingsetRestore[type] += pages;
        Model.Counters.WorkingsetRestore[type] += pages;
        return (true, true);
    }

    internal override long Evictable(Memcg memcg, int type) =>
        memcg.Lists!.Sizes[type * ClassicLruvec.File] + memcg.Lists!.Sizes[type * ClassicLruvec.File + ClassicLruvec.Active];

    internal override void CheckInvariants()
    {
        foreach (Memcg memcg in Model.Memcgs)
        {
            ClassicLruvec lruvec = memcg.Lists!;
            for (int index = 0; index < 4; index++)
            {
                long pages = 0;
                int before = -1;
                for (int folio = lruvec.Lists[index].Head; folio >= 0; folio = Folios.Next[folio])
                {
                    if (Folios.Prev[folio] != before || IndexOf(folio) != index || !Folios.IsOnList(folio))
                    {
                        throw new InvalidOperationException($"classic LRU invariant: folio {folio} does not belong on list {index}");
                    }
                    pages += Folios.PagesOf(folio);
                    before = folio;
                }
                if (lruvec.Lists[index].Tail != before || pages != lruvec.Sizes[index])
                {
                    throw new InvalidOperationException(
                        $"classic LRU invariant: list {index} holds {pages} pages, counts {lruvec.Sizes[index]}");
                }
            }
        }
    }

    private static void AgeNonresident(Memcg? memcg, long pages)
    {
        for (; memcg is not null; memcg = memcg.Parent)
        {
            memcg.Lists!.NonresidentAge += pages;
        }
    }

    private ClassicLruvec LruvecOf(int folio) => Model.MemcgOf(folio).Lists!;

    private Memcg MemcgOf(int folio) => Model.MemcgOf(folio);

    private int IndexOf(int folio) => Folios.TypeOf(folio) * ClassicLruvec.File
        + (Folios.Has(folio, FolioFlags.Active) ? ClassicLruvec.Active : 0);
}
