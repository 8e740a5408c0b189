using SecondLook.Replay.Replacement;
using SecondLook.Replay.Replacement.Lists;
using SecondLook.Replay.Replacement.Mglru;
using SecondLook.Replay.Replacement.Settings;
using YamlDotNet.RepresentationModel;

namespace SecondLook.Replay.Vectors;

/// <summary>Ops of eviction and of its callers.</summary>
/// <remarks>
/// Models: sections 6 and 7.1 of the reclaim specification.
/// Omits: bins of the memcg LRU, which vectors do not name.
/// </remarks>
internal static class MglruEvictOps
{
    public static object Evict(ReclaimSwitches switches, KvmVectorNode given)
    {
        var bench = new MglruBench(switches);
        int type = MglruBench.TypeOf(given);
        long min = MglruBench.Signed(given, "min_seq", 0);
        bench.SetGenerations(MglruBench.Signed(given, "max_seq", 3), min, min);
        KvmVectorNode? folios = given.Mapping("folios");
        KvmVectorNode lists = given.Mapping("lists") ?? throw given.Bad("key 'lists' is missing");
        MglruGenerationOps.FillLists(bench, lists, type, folios);
        long asked = MglruBench.Signed(given, "nr_to_scan", MglruLruvec.MaxBatch);
        var isolated = new List<int>();
        var sc = new ScanControl { Target = bench.Memcg, MayIo = given.Text("may_io") != "false", MayUnmap = given.Text("may_unmap") != "false" };
        MglruPolicy.ScanResult scan = bench.Policy.ScanFolios(
            bench.Lruvec, type, (int)MglruBench.Signed(given, "tier_idx", 3), switches.ScanBudgetIsTarget ? asked : MglruLruvec.MaxBatch, sc, isolated);
        bench.Model.CheckInvariants();
        int hist = bench.Lruvec.Hist(min) + type * 4;
        return new Dictionary<string, object?>
        {
            ["isolated"] = isolated.ConvertAll(bench.NameOf),
            ["scanned"] = scan.Scanned,
            ["sorted"] = scan.Sorted,
            ["protected"] = bench.Lruvec.Protected[hist..(hist + 4)],
            ["lists"] = bench.ListsOf(type),
            ["flags"] = FlagsByName(bench),
        };
    }

    public static object Token(ReclaimSwitches switches, KvmVectorNode given)
    {
        var bench = new MglruBench(switches);
        FolioFlags flags = MglruBench.FlagsOf(given);
        uint shadow = bench.Policy.Pack(flags, MglruBench.Signed(given, "evict_min_seq", 0));
        MglruPolicy.RefaultVerdict verdict = bench.Policy.Judge(
            shadow,
            MglruBench.Signed(given, "now_max_seq", 3),
            MglruBench.Signed(given, "now_min_seq", 0),
            given.Text("in_fault") != "false");
        return new Dictionary<string, object?>
        {
            ["evict_tier"] = bench.Policy.RefCounts.Tier(flags),
            ["token_low"] = (int)(shadow >> 2 & ((1u << switches.RefsWidth) - 1)),
            ["ws_bit"] = (shadow & 2) != 0,
            ["recent"] = verdict.Recent,
            ["refault_tier"] = verdict.Recent ? verdict.Tier : null,
            ["restore"] = verdict.Restore,
        };
    }

    public static object InitialPriority(ReclaimSwitches switches, KvmVectorNode given) =>
        MglruPolicy.InitialPriority(
            MglruBench.Signed(given, "reclaimable", 0), MglruBench.Signed(given, "nr_to_reclaim", 0), switches.InitialPriorityFloor);

    public static object MemcgOrder(KvmVectorNode given)
    {
        var model = new ReclaimModel(ReclaimProfiles.Create("p612"), new FlatPageTables());
        var order = new MemcgLru(1) { Seq = MglruBench.Signed(given, "seq", 0) };
        var memcgs = new Dictionary<string, MglruLruvec>(StringComparer.Ordinal);
        KvmVectorNode gens = given.Mapping("gen") ?? throw given.Bad("key 'gen' is missing");
        foreach (string name in gens.Keys)
        {
            Memcg memcg = model.AddMemcg("/" + name, model.Root);
            order.AddAt(memcg, (int)MglruBench.Signed(gens, name, 0));
            memcgs[name] = memcg.Generations!;
        }
        foreach (YamlNode step in ((YamlSequenceNode)given.Get("ops")).Children)
        {
            List<string> words = given.ScalarsOf(step);
            order.Rotate(memcgs[words[1]], words[0] switch
            {
                "head" => MemcgLruOp.Head,
                "tail" => MemcgLruOp.Tail,
                "old" => MemcgLruOp.Old,
                "young" => MemcgLruOp.Young,
                string other => throw given.Bad($"unknown operation '{other}'"),
            });
        }
        var gen = new Dictionary<string, object?>();
        var seg = new Dictionary<string, object?>();
        foreach (KeyValuePair<string, MglruLruvec> one in memcgs)
        {
            gen[one.Key] = one.Value.MemcgLruGen;
            seg[one.Key] = one.Value.MemcgLruSeg switch
            {
                MemcgLru.SegHead => "head",
                MemcgLru.SegTail => "tail",
                _ => "default",
            };
        }
        return new Dictionary<string, object?> { ["seq"] = order.Seq, ["gen"] = gen, ["seg"] = seg };
    }

    public static object Debugfs(ReclaimSwitches switches, KvmVectorNode given)
    {
        KvmVectorNode min = given.Mapping("min_seq") ?? throw given.Bad("key 'min_seq' is missing");
        long max = MglruBench.Signed(given, "max_seq", 3);
        int swappiness = MglruGenerationOps.Swappiness(given);
        var results = new List<object?>();
        foreach (KvmVectorNode command in given.Mappings("cmds"))
        {
            // Each command meets the state given, not what the one before left.
            var bench = new MglruBench(switches);
            bench.SetGenerations(max, MglruBench.Signed(min, "anon", 0), MglruBench.Signed(min, "file", 0));
            string verb = command.TextOf("cmd");
            long seq = MglruBench.Signed(command, "seq", 0);
            int own = command.Has("swappiness") ? MglruGenerationOps.Swappiness(command) : swappiness;
            // The type that decides whether anything of that age is left, before the command.
            long oldest = switches.IsNew
                ? MglruPolicy.EvictableMinSeq(bench.Lruvec, own)
                : MglruBench.Signed(min, own != 0 ? "anon" : "file", 0);
            int code = verb switch
            {
                "+" => bench.Model.Age(bench.Memcg, seq, own, force: MglruBench.Signed(command, "force_scan", 1) != 0),
                "-" => bench.Model.Evict(bench.Memcg, seq, own, MglruBench.Signed(command, "nr_to_reclaim", long.MaxValue)),
                _ => throw command.Bad($"unknown command '{verb}'"),
            };
            command.RejectOthers();
            results.Add(code switch
            {
                Errno.EINVAL => "EINVAL",
                Errno.ERANGE => "ERANGE",
                Errno.EEXIST => "EEXIST",
                _ when verb == "+" => bench.Lruvec.MaxSeq > max ? "age" : "noop",
                _ => seq < oldest ? "done" : "evict",
            });
        }
        min.RejectOthers();
        return results;
    }

    private static Dictionary<string, object?> FlagsByName(MglruBench bench)
    {
        var flags = new Dictionary<string, object?>();
        foreach (string name in bench.Names)
        {
            flags[name] = MglruBench.NamesOf(bench.Folios.Flags[bench[name]]);
        }
        return flags;
    }
}
