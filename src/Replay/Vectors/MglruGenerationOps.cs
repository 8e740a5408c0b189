using System.Globalization;
using SecondLook.Replay.Replacement;
using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Vectors;

/// <summary>Ops that create and advance generations.</summary>
/// <remarks>
/// Models: sections 3.4 to 3.6 of the reclaim specification.
/// Omits: nothing.
/// </remarks>
internal static class MglruGenerationOps
{
    private static readonly string[] Types = ["anon", "file"];

    public static object NeedAging(ReclaimSwitches switches, KvmVectorNode given)
    {
        MglruBench bench = Start(switches, given);
        KvmVectorNode sizes = given.Mapping("sizes") ?? throw given.Bad("key 'sizes' is missing");
        for (int type = 0; type < 2; type++)
        {
            if (sizes.Mapping(Types[type]) is not { } own)
            {
                continue;
            }
            foreach (string seq in own.Keys)
            {
                int slot = (int)(long.Parse(seq, CultureInfo.InvariantCulture) & 3);
                bench.Lruvec.NrPages[bench.Lruvec.Index(slot, type, 0)] = MglruBench.Signed(own, seq, 0);
            }
        }
        sizes.RejectOthers();
        bool age = bench.Policy.ShouldAge(bench.Lruvec, Swappiness(given), (int)given.Number("priority", 12), out long total);
        return new Dictionary<string, object?> { ["age"] = age, ["nr"] = total };
    }

    public static object TryIncMin(ReclaimSwitches switches, KvmVectorNode given)
    {
        MglruBench bench = Start(switches, given);
        if (given.Mapping("populated") is { } populated)
        {
            for (int type = 0; type < 2; type++)
            {
                foreach (string text in populated.Scalars(Types[type]) ?? [])
                {
                    long seq = long.Parse(text, CultureInfo.InvariantCulture);
                    int folio = bench.AddPage($"{Types[type]}{seq}", type == 1);
                    bench.Fill(folio, type == 1, 0);
                    bench.PlaceAtTail(folio, type, seq, seq);
                }
            }
            populated.RejectOthers();
        }
        bench.Policy.TryIncMinSeq(bench.Lruvec, Swappiness(given));
        return new Dictionary<string, object?> { ["anon"] = bench.Lruvec.MinSeqs[0], ["file"] = bench.Lruvec.MinSeqs[1] };
    }

    public static object IncMax(ReclaimSwitches switches, KvmVectorNode given)
    {
        MglruBench bench = Start(switches, given);
        KvmVectorNode? folios = given.Mapping("folios");
        KvmVectorNode lists = given.Mapping("lists") ?? throw given.Bad("key 'lists' is missing");
        for (int type = 0; type < 2; type++)
        {
            if (lists.Mapping(Types[type]) is { } own)
            {
                FillLists(bench, own, type, folios);
            }
        }
        lists.RejectOthers();
        bench.Policy.IncMaxSeq(bench.Lruvec, Swappiness(given));
        bench.Model.CheckInvariants();
        var found = new WholeMap();
        for (int type = 0; type < 2; type++)
        {
            WholeMap own = bench.ListsOf(type);
            if (own.Count > 0)
            {
                found[Types[type]] = own;
            }
        }
        return new Dictionary<string, object?>
        {
            ["max_seq"] = bench.Lruvec.MaxSeq,
            ["min_seq"] = new Dictionary<string, object?> { ["anon"] = bench.Lruvec.MinSeqs[0], ["file"] = bench.Lruvec.MinSeqs[1] },
            ["lists"] = found,
            ["protected"] = bench.Lruvec.Protected[4..8],
        };
    }

    /// <summary>Puts named folios on lists, head first; their own state comes from <paramref name="folios"/>.</summary>
    public static void FillLists(MglruBench bench, KvmVectorNode lists, int type, KvmVectorNode? folios)
    {
        foreach (string key in lists.Keys)
        {
            long seq = long.Parse(key, CultureInfo.InvariantCulture);
            foreach (string name in lists.Scalars(key)!)
            {
                int folio = bench.AddPage(name, type == 1);
                long gen = seq;
                Replacement.Lists.FolioFlags flags = 0;
                if (folios?.Mapping(name) is { } own)
                {
                    flags = MglruBench.FlagsOf(own);
                    gen = MglruBench.Signed(own, "seq", seq);
                    bench.Folios.SetPages(folio, (int)own.Number("nr_pages", 1));
                    own.RejectOthers();
                }
                bench.Fill(folio, type == 1, flags);
                bench.PlaceAtTail(folio, type, seq, gen);
            }
        }
    }

    private static MglruBench Start(ReclaimSwitches switches, KvmVectorNode given)
    {
        var bench = new MglruBench(switches);
        KvmVectorNode min = given.Mapping("min_seq") ?? throw given.Bad("key 'min_seq' is missing");
        bench.SetGenerations(MglruBench.Signed(given, "max_seq", 3), MglruBench.Signed(min, "anon", 0), MglruBench.Signed(min, "file", 0));
        min.RejectOthers();
        return bench;
    }

    public static int Swappiness(KvmVectorNode given) =>
        given.Text("swappiness") == "max" ? ReclaimModel.AnonOnly : (int)MglruBench.Signed(given, "swappiness", 60);
}
