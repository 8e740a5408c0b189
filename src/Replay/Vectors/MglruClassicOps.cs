using SecondLook.Contracts.Catalogs;
using SecondLook.Replay.Reference;
using SecondLook.Replay.Replacement;
using SecondLook.Replay.Replacement.Classic;
using SecondLook.Replay.Replacement.Lists;
using SecondLook.Replay.Replacement.Mglru;
using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Vectors;

/// <summary>Ops of classic lists, reference policies and working-set bounds.</summary>
/// <remarks>
/// Models: sections 6.5, 9, 10.2 and 11 of the reclaim specification.
/// Omits: nothing.
/// </remarks>
internal static class MglruClassicOps
{
    private static readonly Catalog<IReferencePolicy> ReferencePolicies = new(typeof(ReplayCatalog).Assembly);

    public static object References(ReclaimSwitches switches, KvmVectorNode given)
    {
        var results = new List<object?>();
        foreach (KvmVectorNode one in given.Mappings("cases"))
        {
            FolioFlags flags = (one.Text("referenced") == "true" ? FolioFlags.Referenced : 0)
                | (one.Text("exec") == "true" ? FolioFlags.ExecFile : 0)
                | (MglruBench.TypeOf(one) == 0 ? FolioFlags.SwapBacked : 0);
            RefCheck check = ReferenceRules.Classic(
                ref flags,
                (int)MglruBench.Signed(one, "ptes", 0),
                one.Text("mlocked") == "true",
                switches.RefCheckClearsFirst,
                switches.ReclaimCleanResult);
            one.RejectOthers();
            string name = check switch
            {
                RefCheck.Reclaim => "reclaim",
                RefCheck.ReclaimClean => "reclaim_clean",
                RefCheck.Keep => "keep",
                _ => "activate",
            };
            results.Add(new object?[] { name, (flags & FolioFlags.Referenced) != 0 });
        }
        return results;
    }

    public static object InactiveIsLow(KvmVectorNode given) =>
        MglruBench.Rows(given, "cases").ConvertAll(row => BalanceRules.InactiveIsLow(row[0], row[1]));

    public static object RefaultDistance(KvmVectorNode given)
    {
        var results = new List<object?>();
        foreach (KvmVectorNode one in given.Mappings("cases"))
        {
            ReadOnlySpan<long> sizes =
            [
                MglruBench.Signed(one, "inactive_anon", 0), MglruBench.Signed(one, "active_anon", 0),
                MglruBench.Signed(one, "inactive_file", 0), MglruBench.Signed(one, "active_file", 0),
            ];
            long distance = (MglruBench.Signed(one, "now", 0) - MglruBench.Signed(one, "evict", 0)) & ClassicPolicy.AgeMask;
            results.Add(BalanceRules.RefaultActivates(distance, MglruBench.TypeOf(one), one.Text("swap") == "true", sizes));
            one.RejectOthers();
        }
        return results;
    }

    public static object Policy(KvmVectorNode given)
    {
        int capacity = (int)given.Number("capacity");
        ulong seed = given.Number("seed", 1);
        List<string> sequence = given.Scalars("seq") ?? throw given.Bad("key 'seq' is missing");
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        var names = new List<string>();
        var requests = new int[sequence.Count];
        for (int i = 0; i < requests.Length; i++)
        {
            if (!ids.TryGetValue(sequence[i], out requests[i]))
            {
                requests[i] = names.Count;
                ids[sequence[i]] = names.Count;
                names.Add(sequence[i]);
            }
        }
        var results = new Dictionary<string, object?>();
        foreach (string name in ReferencePolicies.Names)
        {
            results[name] = RunPolicy(ReferencePolicies.Create(name), requests, names, capacity, seed);
        }
        return results;
    }

    public static object WorkingSet(KvmVectorNode given)
    {
        List<long[]> rows = MglruBench.Rows(given, "rows");
        (long lower, long upper) = WorkingSetBounds.Of(
            rows.ConvertAll(row => (row[1], row[2])), MglruBench.Signed(given, "window_ms", 0));
        return new Dictionary<string, object?> { ["lower"] = lower, ["upper"] = upper, ["midpoint"] = (lower + upper) / 2.0 };
    }

    private static Dictionary<string, object?> RunPolicy(IReferencePolicy policy, int[] requests, List<string> names, int capacity, ulong seed)
    {
        policy.Start(new RequestStream(names.Count, requests.Length, RequestStream.FindNext(requests, names.Count)), capacity, seed);
        var resident = new bool[names.Count];
        int count = 0;
        int faults = 0;
        var evicted = new List<object?>();
        for (int i = 0; i < requests.Length; i++)
        {
            if (resident[requests[i]])
            {
                policy.Hit(requests[i], i);
                continue;
            }
            faults++;
            int victim = policy.Miss(requests[i], i, count == capacity);
            resident[requests[i]] = true;
            count++;
            if (victim >= 0)
            {
                resident[victim] = false;
                count--;
                evicted.Add(names[victim]);
            }
        }
        var left = new List<string>();
        for (int page = 0; page < resident.Length; page++)
        {
            if (resident[page])
            {
                left.Add(names[page]);
            }
        }
        left.Sort(StringComparer.Ordinal);
        return new Dictionary<string, object?> { ["faults"] = faults, ["evicted"] = evicted, ["resident"] = left };
    }
}
