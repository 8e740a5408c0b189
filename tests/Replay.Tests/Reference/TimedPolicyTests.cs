using SecondLook.Replay.Reference;

namespace SecondLook.Replay.Tests.Reference;

public sealed class TimedPolicyTests
{
    [Fact]
    public void WsClock_OfRandomRequests_CountsAsTheHandDoes()
    {
        for (ulong seed = 1; seed <= 8; seed++)
        {
            foreach (string shape in RequestLists.Shapes)
            {
                PageList list = RequestLists.Make(shape, seed, 1200, 60);
                foreach (int capacity in new[] { 1, 2, 7, 20, 45 })
                {
                    Assert.Equal(NaiveWsClock(list.Requests, capacity, capacity), MissCounter.Run("wsclock", list, capacity, 1));
                }
            }
        }
    }

    [Fact]
    public void OptBypass_OfTinyRequests_MatchesTheSearchOverAllChoices()
    {
        for (ulong seed = 1; seed <= 30; seed++)
        {
            PageList list = RequestLists.Make("even", seed, 13, 5);
            Assert.Equal(BestWithBypass(list.Requests, 0, [], 2), MissCounter.Run("opt_bypass", list, 2, 1));
        }
    }

    [Fact]
    public void OptBypass_ByHand_LeavesTheScannedPageOut()
    {
        // One page fits: 0 stays while 1 2 3 pass, so the three later uses of 0 hit.
        Assert.Equal(4, MissCounter.Run("opt_bypass", PageList.Of([0, 1, 0, 2, 0, 3, 0]), 1, 1));
        Assert.Equal(7, MissCounter.Run("opt", PageList.Of([0, 1, 0, 2, 0, 3, 0]), 1, 1));
    }

    [Fact]
    public void OptTime_TakesExactlyThePagesNotUsedWithinTheHorizon()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            PageList list = RequestLists.Make("skewed", seed, 300, 40);
            long[] times = [.. Enumerable.Range(0, 300).Select(i => 10L * i)];
            foreach (int cut in new[] { 50, 150, 299 })
            {
                const long Horizon = 400;
                OptTime policy = new();
                policy.Start(new RequestStream(list.Pages, 300, list.Next) { Times = times }, list.Pages, 1);
                HashSet<int> resident = [];
                for (int i = 0; i < cut; i++)
                {
                    if (resident.Add(list.Requests[i]))
                    {
                        policy.Miss(list.Requests[i], i, full: false);
                    }
                    else
                    {
                        policy.Hit(list.Requests[i], i);
                    }
                }
                // The decision falls between two requests.
                long now = times[cut - 1] + 5;
                HashSet<int> cold = [.. resident.Where(p => !Enumerable.Range(cut, 300 - cut).Any(i => list.Requests[i] == p && times[i] <= now + Horizon))];
                HashSet<int> taken = [];
                for (int page = policy.EvictCold(now, Horizon); page >= 0; page = policy.EvictCold(now, Horizon))
                {
                    Assert.True(taken.Add(page));
                }
                Assert.Equal(cold.Order(), taken.Order());
            }
        }
    }

    [Fact]
    public void OptTime_WithoutResidentPages_TakesNone()
    {
        OptTime policy = new();
        policy.Start(new RequestStream(1, 0, default), 1, 1);
        Assert.Equal(-1, policy.EvictCold(0, 0));
    }

    private static long NaiveWsClock(int[] requests, int capacity, int window)
    {
        List<(int Page, bool Bit, int Last)> frames = [];
        int hand = 0;
        long misses = 0;
        for (int now = 0; now < requests.Length; now++)
        {
            int at = frames.FindIndex(f => f.Page == requests[now]);
            if (at >= 0)
            {
                frames[at] = frames[at] with { Bit = true };
                continue;
            }
            misses++;
            if (frames.Count < capacity)
            {
                frames.Add((requests[now], false, now));
                continue;
            }
            int victim = -1;
            for (int turned = 0; turned < capacity && victim < 0; turned++)
            {
                if (frames[hand].Bit)
                {
                    frames[hand] = (frames[hand].Page, false, now);
                }
                else if (now - frames[hand].Last > window)
                {
                    victim = hand;
                    break;
                }
                hand = (hand + 1) % capacity;
            }
            if (victim < 0)
            {
                int oldest = frames.Min(f => f.Last);
                victim = hand;
                while (frames[victim].Last != oldest)
                {
                    victim = (victim + 1) % capacity;
                }
            }
            frames[victim] = (requests[now], false, now);
            hand = (victim + 1) % capacity;
        }
        return misses;
    }

    private static long BestWithBypass(int[] requests, int from, HashSet<int> resident, int capacity)
    {
        if (from == requests.Length)
        {
            return 0;
        }
        if (resident.Contains(requests[from]))
        {
            return BestWithBypass(requests, from + 1, resident, capacity);
        }
        long stay = BestWithBypass(requests, from + 1, resident, capacity);
        long enter = resident.Count < capacity
            ? BestWithBypass(requests, from + 1, [.. resident, requests[from]], capacity)
            : resident.Min(v => BestWithBypass(requests, from + 1, [.. resident.Where(p => p != v), requests[from]], capacity));
        return 1 + Math.Min(stay, enter);
    }
}
