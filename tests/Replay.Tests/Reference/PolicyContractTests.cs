using SecondLook.Contracts.Runs;
using SecondLook.Replay.Reference;

namespace SecondLook.Replay.Tests.Reference;

/// <summary>What every reference policy in the catalogue owes its caller, whatever its rule is.</summary>
public sealed class PolicyContractTests
{
    public static TheoryData<string> Policies => [.. ReplayCatalog.ReferenceNames];

    [Theory]
    [MemberData(nameof(Policies))]
    public void Victims_OfRequestsAndBatches_AreResidentPages(string name)
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            PageList list = RequestLists.Make(RequestLists.Shapes[(int)(seed % 5)], seed, 2000, 120);
            Xoshiro256 random = new(seed, "test.batches");
            int capacity = 1 + (int)random.NextBelow(100);
            IReferencePolicy policy = ReplayCatalog.CreateReference(name);
            policy.Start(new RequestStream(list.Pages, list.Requests.Length, policy.LooksAhead ? list.Next : []), capacity, seed);
            HashSet<int> resident = [];
            for (int i = 0; i < list.Requests.Length; i++)
            {
                int page = list.Requests[i];
                if (resident.Contains(page))
                {
                    policy.Hit(page, i);
                }
                else
                {
                    int victim = policy.Miss(page, i, resident.Count == capacity);
                    Assert.Equal(resident.Count == capacity, victim >= 0);
                    Assert.True(victim < 0 || victim == page || resident.Remove(victim), $"{name}, seed {seed}, request {i}: {victim} was not resident");
                    if (victim != page)
                    {
                        Assert.True(resident.Add(page));
                    }
                }
                // Now and then a proactive demand takes some pages, and once all of them.
                ulong take = random.NextBelow(50) == 0 ? random.NextBelow(20) : i == 1000 ? ulong.MaxValue : 0;
                for (; take > 0 && resident.Count > 0; take--)
                {
                    int victim = policy.Evict();
                    Assert.True(resident.Remove(victim), $"{name}, seed {seed}, batch after request {i}: {victim} was not resident");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void SameSeed_GivesTheSameVictims(string name)
    {
        PageList list = RequestLists.Make("skewed", 5, 2000, 120);
        Assert.Equal(VictimsOf(name, list, 7), VictimsOf(name, list, 7));
    }

    private static List<int> VictimsOf(string name, PageList list, ulong seed)
    {
        IReferencePolicy policy = ReplayCatalog.CreateReference(name);
        policy.Start(new RequestStream(list.Pages, list.Requests.Length, policy.LooksAhead ? list.Next : []), 30, seed);
        HashSet<int> resident = [];
        List<int> victims = [];
        for (int i = 0; i < list.Requests.Length; i++)
        {
            int page = list.Requests[i];
            if (resident.Contains(page))
            {
                policy.Hit(page, i);
                continue;
            }
            int victim = policy.Miss(page, i, resident.Count == 30);
            victims.Add(victim);
            resident.Add(page);
            resident.Remove(victim);
        }
        return victims;
    }
}
