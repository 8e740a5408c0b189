using System.Globalization;
using System.Numerics;
using SecondLook.Replay.Replacement.Lists;

namespace SecondLook.Replay.Replacement.Mglru;

/// <content>Invariants.</content>
public sealed partial class MglruPolicy
{
    private readonly MemcgLru _memcgLru;

    internal MemcgLru MemcgOrder => _memcgLru;

    internal override void CheckInvariants()
    {
        long listed = 0;
        foreach (Memcg memcg in Model.Memcgs)
        {
            listed += Check(memcg.Generations!);
        }
        long marked = 0;
        foreach (ulong word in Folios.OnList)
        {
            marked += BitOperations.PopCount(word);
        }
        Require(listed == marked, $"{listed} folios on lists, {marked} marked as listed");
    }

    private long Check(MglruLruvec lruvec)
    {
        var sums = new long[lruvec.NrPages.Length];
        long listed = 0;
        for (int type = 0; type < 2; type++)
        {
            Require(lruvec.Gens(type) is >= MglruLruvec.MinGens and <= 4 && lruvec.Gens(type) <= lruvec.MostGens, $"type {type} has {lruvec.Gens(type)} generations");
            for (int slot = 0; slot < MglruLruvec.MaxGens; slot++)
            {
                for (int zone = 0; zone < lruvec.Zones; zone++)
                {
                    listed += CheckList(lruvec, type, slot, zone, sums);
                }
            }
        }
        Require(_switches.IsNew || lruvec.MinSeqs[1] >= lruvec.MinSeqs[0], "file lags anon");
        for (int i = 0; i < sums.Length; i++)
        {
            Require(sums[i] == lruvec.NrPages[i], $"generation index {i} counts {lruvec.NrPages[i]} pages, lists hold {sums[i]}");
        }
        return listed;
    }

    private int CheckList(MglruLruvec lruvec, int type, int slot, int zone, long[] sums)
    {
        FolioList list = lruvec.Lists[lruvec.Index(slot, type, zone)];
        int before = -1;
        int count = 0;
        for (int folio = list.Head; folio >= 0; folio = Folios.Next[folio])
        {
            Require(Folios.Prev[folio] == before, $"folio {folio} has a broken back link");
            Require(Folios.SlotOf(folio) == slot && Folios.GenOf(folio) != 0, $"folio {folio} is on slot {slot}, says {Folios.Gen[folio]}");
            Require(Folios.TypeOf(folio) == type && Folios.ZoneOf(folio) == zone, $"folio {folio} is on a list of another type");
            Require(!Folios.Has(folio, FolioFlags.Active | FolioFlags.Unevictable), $"folio {folio} is active or unevictable on a list");
            Require(Folios.Memcg[folio] == lruvec.Memcg.Id, $"folio {folio} is on a list of another memcg");
            sums[lruvec.Index(Folios.GenOf(folio) - 1, type, zone)] += Folios.PagesOf(folio);
            before = folio;
            count++;
        }
        Require(list.Tail == before && list.Count == count, $"list {slot}/{type}/{zone} ends or counts wrong");
        return count;
    }

    private static void Require(bool holds, FormattableString what)
    {
        if (!holds)
        {
            throw new InvalidOperationException("MGLRU invariant: " + what.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static void Require(bool holds, string what) => Require(holds, (FormattableString)$"{what}");
}
