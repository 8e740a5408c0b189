using SecondLook.Replay.Reference.LibCacheSim;

namespace SecondLook.Replay.Reference;

/// <summary>Counts the misses of a reference policy on a list of requests.</summary>
public static class MissCounter
{
    // Below this many pages some policies of libCacheSim follow rules of their own, so a size may not be cut to the footprint.
    private const int SmallCacheRules = 128;

    /// <summary>Names of the policies that have a capacity, by name.</summary>
    public static IReadOnlyList<string> Policies => ReplayCatalog.ReferenceNames;

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
        ParallelOptions options = new() { MaxDegreeOfParallelism = threads, CancellationToken = cancel };
        Parallel.For(0, cells.Count, options, i =>
        {
            // Much more room than there are pages changes nothing, and tables are sized by the room.
            int capacity = (int)Math.Min(cells[i].Pages, (2L * list.Pages) + SmallCacheRules);
            misses[i] = rules.LibCacheSim
                ? RunLibCacheSim(cells[i].Policy, list, capacity, rules.Seed)
                : Run(cells[i].Policy, list, capacity, rules.Seed);
        });
        return misses;
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
        int[] next = one is Opt ? list.Next : [];
        return Run(one, list.Requests, new RequestStream(list.Pages, list.Requests.Length, next), capacity, seed);
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

    /// <summary>Runs one policy whose look-ahead was prepared.</summary>
    public static long Run(IReferencePolicy policy, ReadOnlySpan<int> requests, RequestStream stream, int capacity, ulong seed)
    {
        policy.Start(stream, capacity, seed);
        bool[] resident = new bool[stream.Pages];
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
