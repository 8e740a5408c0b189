using SecondLook.Replay.Replacement.Lists;
using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Vectors;

/// <summary>The ops of reclaim vectors: each sets a state, calls the model once, and reads the result.</summary>
/// <remarks>
/// Models: the table of fields in section 14 of the reclaim specification.
/// Omits: nothing.
/// </remarks>
internal static class MglruOps
{
    public static object? Run(string op, ReclaimSwitches switches, KvmVectorNode given) => op switch
    {
        "insert" => Insert(switches, given, inFault: false),
        "fault_insert" => Insert(switches, given, inFault: true),
        "fd_accesses" => Accesses(switches, given),
        "tier_idx" => MglruControlOps.TierIndex(switches, given),
        "type_to_scan" => MglruControlOps.TypeToScan(switches, given),
        "carry" => MglruControlOps.Carry(switches, given),
        "need_aging" => MglruGenerationOps.NeedAging(switches, given),
        "try_inc_min" => MglruGenerationOps.TryIncMin(switches, given),
        "inc_max" => MglruGenerationOps.IncMax(switches, given),
        "windows" => MglruLookOps.Windows(given),
        "suitable" => MglruLookOps.Suitable(switches, given),
        "walk" => MglruLookOps.Walk(switches, given),
        "rmap" => MglruLookOps.Rmap(switches, given),
        "evict" => MglruEvictOps.Evict(switches, given),
        "token" => MglruEvictOps.Token(switches, given),
        "init_priority" => MglruEvictOps.InitialPriority(switches, given),
        "memcg_lru" => MglruEvictOps.MemcgOrder(given),
        "debugfs" => MglruEvictOps.Debugfs(switches, given),
        "classic_refs" => MglruClassicOps.References(switches, given),
        "inactive_is_low" => MglruClassicOps.InactiveIsLow(given),
        "refault_distance" => MglruClassicOps.RefaultDistance(given),
        "policy" => MglruClassicOps.Policy(given),
        "wss" => MglruClassicOps.WorkingSet(given),
        "scenario" => MglruVectorScenario.Run(switches, given),
        _ => throw new FormatException($"unknown op '{op}'"),
    };

    private static Dictionary<string, object?> Insert(ReclaimSwitches switches, KvmVectorNode given, bool inFault)
    {
        var bench = new MglruBench(switches);
        int type = MglruBench.TypeOf(given);
        long max = MglruBench.Signed(given, "max_seq", 3);
        long min = MglruBench.Signed(given, "min_seq", 0);
        bench.SetGenerations(max, min, min);
        FolioFlags flags = MglruBench.FlagsOf(given);
        bool reclaiming = given.Text("reclaiming") == "true";
        int folio = bench.AddPage("x", file: type == 1);
        int other = bench.AddPage("other", file: type == 1);
        bench.Fill(folio, type == 1, flags);
        bench.Policy.PrepareAdd(folio, inFault);
        // A neighbour already on the list tells head from tail.
        FolioFlags prepared = bench.Folios.Flags[folio];
        long seq = bench.Policy.InsertSeq(prepared, reclaiming, max, min);
        bench.Fill(other, type == 1, FolioFlags.None);
        bench.PlaceAtTail(other, type, seq, seq);
        bench.Policy.Insert(folio, reclaiming);
        return new Dictionary<string, object?>
        {
            ["seq"] = bench.Lruvec.SeqOf(bench.Folios.GenOf(folio)),
            ["end"] = bench.Lruvec.Lists[bench.Lruvec.Index((int)(seq & 3), type, 0)].Head == folio ? "head" : "tail",
            ["flags"] = MglruBench.NamesOf(bench.Folios.Flags[folio]),
            ["refs_bits"] = FolioTable.RefsBits(bench.Folios.Flags[folio]),
        };
    }

    private static Dictionary<string, object?> Accesses(ReclaimSwitches switches, KvmVectorNode given)
    {
        var refs = new RefCounts(switches.RefEncoding, (int)given.Number("refs_width", (ulong)switches.RefsWidth));
        FolioFlags flags = MglruBench.FlagsOf(given);
        for (ulong i = given.Number("n"); i > 0; i--)
        {
            flags = refs.Increment(flags);
        }
        return new Dictionary<string, object?>
        {
            ["flags"] = MglruBench.NamesOf(flags),
            ["refs_bits"] = FolioTable.RefsBits(flags),
            ["refs"] = refs.Refs(flags),
            ["tier"] = refs.Tier(flags),
        };
    }
}
