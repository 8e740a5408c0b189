using SecondLook.Replay.Reference.LibCacheSim;

namespace SecondLook.Replay.Reference;

/// <summary>Counts the misses of a reference policy on a list of requests.</summary>
public static class MissCounter
{
    // Below this many pages some policies of libCacheSim follow rules of their own, so a size may not be cut to the footprint.
    private const int SmallCacheRules = 128;

    /// <summary>Names of the policies that have a capacity, by name.</summary>
    public static IReadOnlyList<string> Policies { get; } = ListPolicies();

    /// <summary>Names of the policies that <see cref="RunLibCacheSim"/> knows.</summary>
    public static IReadOnlyList<string> LibCacheSimPolicies { get; } =
        ["arc", "belady", "clock", "fifo", "lfu", "lirs", "lru", "random", "s3fifo", "sieve", "twoq", "wtinylfu"];

    /// <summary>Counts many cells on one list.</summary>
    /// <param name="list">Requests.</param>
    /// <param name="cells">What to count.</param>
    /// <param name="rules">Rules for all of them.</param>
    /// <param name="threads">Threads to use; the counts do not depend on it.</param>
    /// <param name="cancel">Stops between cells.</param>
    /// <returns>Misses of each cell, first requests included.</returns>
    /// <exception cref="KeyNotFoundException">There is no such policy.</exception>
    public static long[] Count(PageList list, IReadOnlyList<MissCell> cells, MissRules rules, int threads, CancellationToken cancel)
    {
        long[] misses = new long[cells.Count];
        int[] curveCells = CurveCells(cells, rules);
        ParallelOptions options = new() { MaxDegreeOfParallelism = threads, CancellationToken = cancel };
        Parallel.For(0, cells.Count + 1, options, i =>
        {
            if (i == cells.Count)
            {
                LruCurve? curve = curveCells.Length > 0 ? LruCurve.Of(list) : null;
                foreach (int cell in curveCells)
                {
                    misses[cell] = curve!.Misses(cells[cell].Pages);
                }
                return;
            }
            if (Array.IndexOf(curveCells, i) >= 0)
            {
                return;
            }
            // Much more room than there are pages changes nothing, and tables are sized by the room.
            int capacity = (int)Math.Min(cells[i].Pages, (2L * list.Pages) + SmallCacheRules);
            misses[i] = rules.Harvests is { } harvests
                ? Run(new SampledPolicy(ReplayCatalog.CreateReference(cells[i].Policy), list.InOrderOfNumber(), list.Pages, harvests), list, capacity, rules.Seed)
                : rules.LibCacheSim ? RunLibCacheSim(cells[i].Policy, list, capacity, rules.Seed)
                : Run(cells[i].Policy, list, capacity, rules.Seed);
        });
        return misses;
    }

    /// <summary>Whether a policy can be run in sampled mode.</summary>
    /// <exception cref="KeyNotFoundException">There is no such policy.</exception>
    public static bool CanBeSampled(string policy) => !ReplayCatalog.CreateReference(policy).LooksAhead;

    private static string[] ListPolicies()
    {
        List<string> names = [];
        foreach (string name in ReplayCatalog.ReferenceNames)
        {
            if (ReplayCatalog.CreateReference(name).HasCapacity)
            {
                names.Add(name);
            }
        }
        return [.. names];
    }

    // One pass for all sizes costs as much as two or three runs.
    private static int[] CurveCells(IReadOnlyList<MissCell> cells, MissRules rules)
    {
        const int CellsWorthACurve = 3;
        List<int> lru = [];
        for (int i = 0; i < cells.Count; i++)
        {
            if (string.Equals(cells[i].Policy, "lru", StringComparison.Ordinal) && rules.Harvests is null)
            {
                lru.Add(i);
            }
        }
        return lru.Count >= CellsWorthACurve ? [.. lru] : [];
    }

    /// <summary>Runs one policy from an empty memory.</summary>
    /// <param name="policy">Catalogue name.</param>
    /// <param name="list">Requests.</param>
    /// <param name="capacity">Pages that fit, at least 1.</param>
    /// <param name="seed">Seed of policies that draw random numbers.</param>
    /// <returns>Misses, first requests included.</returns>
    /// <exception cref="KeyNotFoundException">There is no such policy.</exception>
    public static long Run(string policy, PageList list, int capacity, ulong seed)
    {
        IReferencePolicy one = ReplayCatalog.CreateReference(policy);
        return one is IWholeListPolicy whole ? whole.CountMisses(list, capacity) : Run(one, list, capacity, seed);
    }

    /// <summary>Runs one policy with the rules of libCacheSim where its corner cases differ from ours.</summary>
    /// <param name="policy">A name of <see cref="LibCacheSimPolicies"/>.</param>
    /// <param name="list">Requests.</param>
    /// <param name="capacity">Pages that fit.</param>
    /// <param name="seed">Seed of the random policy, which equals libCacheSim's in distribution only.</param>
    /// <returns>Misses, first requests included.</returns>
    /// <exception cref="KeyNotFoundException">There is no such policy.</exception>
    public static long RunLibCacheSim(string policy, PageList list, int capacity, ulong seed = 1)
    {
        ICountedPolicy? counted = policy switch
        {
            "lirs" => new CountedLirs(list.Pages, capacity),
            "random" => new CountedRandom(list.Names, capacity, seed),
            "s3fifo" => new CountedS3Fifo(list.Pages, capacity),
            "wtinylfu" => new CountedTinyLfu(list.Names, capacity),
            _ => null,
        };
        if (counted is null)
        {
            if (string.Equals(policy, "twoq", StringComparison.Ordinal) && capacity < 4)
            {
                // A first queue of no page admits nothing.
                return list.Requests.Length;
            }
            return Run(string.Equals(policy, "belady", StringComparison.Ordinal) ? "opt" : policy, list, capacity, seed);
        }
        long misses = 0;
        foreach (int page in list.Requests)
        {
            misses += counted.Request(page) ? 0 : 1;
        }
        return misses;
    }

    /// <summary>Runs one policy that was made already.</summary>
    public static long Run(IReferencePolicy policy, PageList list, int capacity, ulong seed)
    {
        ReadOnlySpan<int> requests = list.Requests;
        policy.Start(new RequestStream(list.Pages, requests.Length, policy.LooksAhead ? list.Next : []), capacity, seed);
        bool[] resident = new bool[list.Pages];
        int count = 0;
        long misses = 0;
        for (int i = 0; i < requests.Length; i++)
        {
            int page = requests[i];
            if (resident[page])
            {
                policy.Hit(page, i);
                continue;
            }
            misses++;
            int victim = policy.Miss(page, i, count == capacity);
            if (victim == page)
            {
                continue;
            }
            if (victim >= 0)
            {
                resident[victim] = false;
                count--;
            }
            resident[page] = true;
            count++;
        }
        return misses;
    }
}
