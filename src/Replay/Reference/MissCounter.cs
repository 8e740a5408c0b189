using SecondLook.Replay.Reference.LibCacheSim;

namespace SecondLook.Replay.Reference;

/// <summary>Counts the misses of a reference policy on a list of requests.</summary>
public static class MissCounter
{
    /// <summary>Runs one policy from an empty memory.</summary>
    /// <param name="policy">Catalogue name.</param>
    /// <param name="requests">Dense page ids in order.</param>
    /// <param name="pages">Page ids run from 0 to this, exclusive.</param>
    /// <param name="capacity">Pages that fit, at least 1.</param>
    /// <param name="seed">Seed of policies that draw random numbers.</param>
    /// <returns>Misses, first requests included.</returns>
    /// <exception cref="KeyNotFoundException">There is no such policy.</exception>
    public static long Run(string policy, ReadOnlyMemory<int> requests, int pages, int capacity, ulong seed)
    {
        IReferencePolicy one = ReplayCatalog.CreateReference(policy);
        int[] next = one is Opt ? RequestStream.FindNext(requests.Span, pages) : [];
        return Run(one, requests.Span, new RequestStream(pages, requests.Length, next), capacity, seed);
    }

    /// <summary>Names of the policies that <see cref="RunLibCacheSim"/> knows.</summary>
    public static IReadOnlyList<string> LibCacheSimPolicies { get; } =
        ["arc", "belady", "clock", "fifo", "lfu", "lirs", "lru", "s3fifo", "sieve", "twoq", "wtinylfu"];

    /// <summary>Runs one policy with the rules of libCacheSim where its corner cases differ from ours.</summary>
    /// <param name="policy">A name of <see cref="LibCacheSimPolicies"/>.</param>
    /// <param name="list">Requests.</param>
    /// <param name="capacity">Pages that fit.</param>
    /// <returns>Misses, first requests included.</returns>
    /// <exception cref="KeyNotFoundException">There is no such policy.</exception>
    public static long RunLibCacheSim(string policy, PageList list, int capacity)
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
            return Run(string.Equals(policy, "belady", StringComparison.Ordinal) ? "opt" : policy, list.Requests, list.Pages, capacity, 1);
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
