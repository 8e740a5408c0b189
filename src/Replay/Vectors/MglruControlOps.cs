using System.Globalization;
using SecondLook.Replay.Replacement.Mglru;
using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Vectors;

/// <summary>Ops of the feedback controller.</summary>
/// <remarks>
/// Models: section 4 of the reclaim specification.
/// Omits: nothing.
/// </remarks>
internal static class MglruControlOps
{
    public static object TierIndex(ReclaimSwitches switches, KvmVectorNode given)
    {
        var bench = new MglruBench(switches);
        int type = MglruBench.TypeOf(given);
        Set(bench.Lruvec, type, MglruBench.Rows(given, "tiers"));
        return new Dictionary<string, object?> { ["tier_idx"] = bench.Policy.TierIndex(bench.Lruvec, type) };
    }

    public static object TypeToScan(ReclaimSwitches switches, KvmVectorNode given)
    {
        var bench = new MglruBench(switches);
        Set(bench.Lruvec, 0, MglruBench.Rows(given, "anon"));
        Set(bench.Lruvec, 1, MglruBench.Rows(given, "file"));
        if (given.Mapping("min_seq") is { } min)
        {
            bench.SetGenerations(7, MglruBench.Signed(min, "anon", 4), MglruBench.Signed(min, "file", 4));
            bench.Lruvec.MaxSeq = Math.Max(bench.Lruvec.MinSeqs[0], bench.Lruvec.MinSeqs[1]) + 2;
            min.RejectOthers();
        }
        (int type, int tier) = bench.Policy.TypeToScan(bench.Lruvec, (int)MglruBench.Signed(given, "swappiness", 60), mayIo: true);
        return new Dictionary<string, object?>
        {
            ["type"] = type == 0 ? "anon" : "file",
            ["tier_idx"] = tier < 0 ? bench.Policy.TierIndex(bench.Lruvec, type) : tier,
        };
    }

    public static object Carry(ReclaimSwitches switches, KvmVectorNode given)
    {
        var bench = new MglruBench(switches);
        MglruLruvec lruvec = bench.Lruvec;
        Copy(given, "avg_refaulted", lruvec.AvgRefaulted);
        Copy(given, "avg_total", lruvec.AvgTotal);
        Copy(given, "refaulted", lruvec.Refaulted);
        Copy(given, "evicted", lruvec.Evicted);
        Copy(given, "protected", lruvec.Protected);
        bench.Policy.CarryOver(lruvec, 0);
        return new Dictionary<string, object?>
        {
            ["avg_refaulted"] = lruvec.AvgRefaulted[..4],
            ["avg_total"] = lruvec.AvgTotal[..4],
            ["refaulted"] = lruvec.Refaulted[..4],
            ["evicted"] = lruvec.Evicted[..4],
            ["protected"] = lruvec.Protected[..4],
        };
    }

    // R and T as averages, with nothing counted in the current generation.
    private static void Set(MglruLruvec lruvec, int type, List<long[]> tiers)
    {
        for (int tier = 0; tier < tiers.Count; tier++)
        {
            lruvec.AvgRefaulted[type * 4 + tier] = tiers[tier][0];
            lruvec.AvgTotal[type * 4 + tier] = tiers[tier][1];
        }
    }

    private static void Copy(KvmVectorNode given, string key, long[] to)
    {
        List<string> values = given.Scalars(key) ?? [];
        for (int i = 0; i < values.Count && i < 4; i++)
        {
            to[i] = long.Parse(values[i], CultureInfo.InvariantCulture);
        }
    }
}
