using SecondLook.Replay.Reference;

namespace SecondLook.Replay.Tests.Reference;

public sealed class SampledPolicyTests
{
    [Fact]
    public void Lru_SampledAtEveryRequest_IsLru()
    {
        PageList list = RequestLists.Make("shifting", 1, 4000, 200);
        foreach (int capacity in new[] { 10, 60, 150 })
        {
            Assert.Equal(MissCounter.Run("lru", list, capacity, 1), Sampled("lru", list, capacity, 1));
        }
    }

    [Fact]
    public void Lru_NeverHarvested_IsFifo()
    {
        PageList list = RequestLists.Make("skewed", 1, 4000, 200);
        Assert.Equal(MissCounter.Run("fifo", list, 60, 1), MissCounter.Run(new SampledPolicy(new Lru(), list.InOrderOfNumber(), list.Pages, []), list, 60, 1));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(900)]
    public void Lru_SampledNowAndThen_IsTheObviousTwin(int every)
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            PageList list = RequestLists.Make("skewed", seed, 3000, 150);
            Assert.Equal(NaiveSampledLru(list, 50, every), Sampled("lru", list, 50, every));
        }
    }

    [Fact]
    public void EveryOnlinePolicy_Sampled_IsNeverBetterThanOpt()
    {
        PageList list = RequestLists.Make("skewed", 3, 3000, 150);
        int sampled = 0;
        foreach (string name in MissCounter.Policies)
        {
            IReferencePolicy policy = ReplayCatalog.CreateReference(name);
            if (policy.LooksAhead)
            {
                Assert.Throws<ArgumentException>(() => Sampled(name, list, 50, 100));
                continue;
            }
            sampled++;
            Assert.InRange(Sampled(name, list, 50, 100), MissCounter.Run("opt", list, 50, 1), list.Requests.Length);
        }
        Assert.True(sampled >= 12);
    }

    private static long Sampled(string policy, PageList list, int capacity, int every)
    {
        int[] harvests = [.. Enumerable.Range(1, (list.Requests.Length - 1) / every).Select(i => i * every)];
        return MissCounter.Run(new SampledPolicy(ReplayCatalog.CreateReference(policy), list.InOrderOfNumber(), list.Pages, harvests), list, capacity, 1);
    }

    private static long NaiveSampledLru(PageList list, int capacity, int every)
    {
        List<int> stack = [];
        HashSet<int> used = [];
        long misses = 0;
        for (int i = 0; i < list.Requests.Length; i++)
        {
            if (i > 0 && i % every == 0)
            {
                foreach (int seen in used.OrderBy(p => list.Names[p]))
                {
                    stack.Remove(seen);
                    stack.Add(seen);
                }
                used.Clear();
            }
            int page = list.Requests[i];
            if (stack.Contains(page))
            {
                used.Add(page);
                continue;
            }
            misses++;
            if (stack.Count == capacity)
            {
                used.Remove(stack[0]);
                stack.RemoveAt(0);
            }
            stack.Add(page);
        }
        return misses;
    }
}
