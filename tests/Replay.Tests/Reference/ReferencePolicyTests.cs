using SecondLook.Contracts.Runs;
using SecondLook.Replay.Reference;

namespace SecondLook.Replay.Tests.Reference;

public sealed class ReferencePolicyTests
{
    [Theory]
    [InlineData("lru")]
    [InlineData("fifo")]
    [InlineData("clock")]
    [InlineData("sieve")]
    public void Misses_OfRandomRequests_AreThoseOfTheObviousTwin(string policy)
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            int[] requests = Requests(seed, 400, 30);
            int capacity = 3 + (int)(seed % 12);
            Assert.Equal(Naive(policy, requests, capacity), Misses(policy, requests, capacity));
        }
    }

    [Fact]
    public void Opt_OfTinyRequests_MatchesTheSearchOverAllChoices()
    {
        for (ulong seed = 1; seed <= 30; seed++)
        {
            int[] requests = Requests(seed, 14, 5);
            Assert.Equal(BestPossible(requests, 0, [], 3), Misses("opt", requests, 3));
        }
    }

    [Fact]
    public void Opt_ByHand_TakesTheFarthestNextUse()
    {
        // 0 1 2 miss; 3 takes the page used last again (2, at position 6); 0 1 hit; 2 misses.
        Assert.Equal(5, Misses("opt", [0, 1, 2, 3, 0, 1, 2], 3));
    }

    [Fact]
    public void EveryPolicy_AtEverySize_IsNeverBetterThanOpt()
    {
        foreach ((string name, string _) in ReplayCatalog.Policies.Where(p => p.Summary.StartsWith("reference", StringComparison.Ordinal)))
        {
            for (ulong seed = 1; seed <= 5; seed++)
            {
                int[] requests = Requests(seed, 3000, 200);
                foreach (int capacity in new[] { 5, 20, 100, 150, 200 })
                {
                    // Only leaving the missed page out can save more than the optimum that always takes it in.
                    string bound = name == "opt_bypass" ? "opt_bypass" : "opt";
                    Assert.True(Misses(name, requests, capacity, seed) >= Misses(bound, requests, capacity), $"{name} at {capacity}");
                    Assert.True(Misses("opt", requests, capacity) >= Misses("opt_bypass", requests, capacity));
                }
            }
        }
    }

    private static long Misses(string policy, int[] requests, int capacity, ulong seed = 1) =>
        MissCounter.Run(policy, PageList.Of([.. requests.Select(r => (ulong)r)]), capacity, seed);

    private static int[] Requests(ulong seed, int length, int pages)
    {
        Xoshiro256 random = new(seed, "test.requests");
        int[] requests = new int[length];
        for (int i = 0; i < length; i++)
        {
            // Squaring skews toward small ids.
            double at = random.NextDouble();
            requests[i] = (int)(at * at * pages);
        }
        return requests;
    }

    private static long Naive(string policy, int[] requests, int capacity)
    {
        List<(int Page, bool Bit)> queue = [];
        int hand = 0;
        long misses = 0;
        foreach (int page in requests)
        {
            int at = queue.FindIndex(q => q.Page == page);
            if (at >= 0)
            {
                if (policy == "lru")
                {
                    queue.RemoveAt(at);
                    queue.Add((page, false));
                }
                else
                {
                    queue[at] = (page, true);
                }
                continue;
            }
            misses++;
            if (queue.Count < capacity)
            {
                queue.Add((page, false));
                continue;
            }
            switch (policy)
            {
                case "clock":
                    // A ring of frames: the new page takes the victim's frame.
                    while (queue[hand].Bit)
                    {
                        queue[hand] = (queue[hand].Page, false);
                        hand = (hand + 1) % capacity;
                    }
                    queue[hand] = (page, false);
                    hand = (hand + 1) % capacity;
                    break;
                case "sieve":
                    while (queue[hand].Bit)
                    {
                        queue[hand] = (queue[hand].Page, false);
                        hand = (hand + 1) % capacity;
                    }
                    queue.RemoveAt(hand);
                    queue.Add((page, false));
                    // The hand rests on the next newer page; past the newest it wraps to the oldest.
                    hand = hand == capacity - 1 ? 0 : hand;
                    break;
                default:
                    queue.RemoveAt(0);
                    queue.Add((page, false));
                    break;
            }
        }
        return misses;
    }

    private static long BestPossible(int[] requests, int from, HashSet<int> resident, int capacity)
    {
        if (from == requests.Length)
        {
            return 0;
        }
        if (resident.Contains(requests[from]))
        {
            return BestPossible(requests, from + 1, resident, capacity);
        }
        if (resident.Count < capacity)
        {
            return 1 + BestPossible(requests, from + 1, [.. resident, requests[from]], capacity);
        }
        return 1 + resident.Min(victim => BestPossible(requests, from + 1, [.. resident.Where(p => p != victim), requests[from]], capacity));
    }
}
