using SecondLook.Replay.Reference;

namespace SecondLook.Replay.Tests.Reference;

public sealed class WholeListTests
{
    public static TheoryData<string> Policies => [.. MissCounter.Policies.Where(p => ReplayCatalog.CreateReference(p) is IWholeListPolicy)];

    [Theory]
    [MemberData(nameof(Policies))]
    public void Count_InOneLoop_EqualsCallsForEachRequest(string policy)
    {
        for (ulong seed = 1; seed <= 6; seed++)
        {
            foreach (string shape in RequestLists.Shapes)
            {
                PageList list = RequestLists.Make(shape, seed, 2500, 130);
                foreach (int capacity in new[] { 1, 2, 3, 10, 33, 64, 100, list.Pages - 1, list.Pages, list.Pages + 1, 500 })
                {
                    long calls = MissCounter.Run(ReplayCatalog.CreateReference(policy), list, capacity, 1);
                    Assert.True(calls == MissCounter.Run(policy, list, capacity, 1), $"{shape}, seed {seed}, {capacity} pages");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Count_OfEdgeLists_IsWhatItMustBe(string policy)
    {
        Assert.Equal(0, MissCounter.Run(policy, PageList.Of([]), 1, 1));
        Assert.Equal(1, MissCounter.Run(policy, PageList.Of([5]), 1, 1));
        Assert.Equal(1, MissCounter.Run(policy, PageList.Of([5, 5, 5]), 1, 1));
        Assert.Equal(3, MissCounter.Run(policy, PageList.Of([ulong.MaxValue, 0, ulong.MaxValue]), 1, 1));
        Assert.Equal(2, MissCounter.Run(policy, PageList.Of([ulong.MaxValue, 0, ulong.MaxValue]), 1000, 1));
    }

    [Fact]
    public void Numbering_OfScatteredPages_IsInOrderOfAppearance()
    {
        ulong[] pages = [.. Enumerable.Range(0, 5000).Select(i => (ulong)(i % 1700) * 0x1_0000_0001_0000)];
        PageList list = PageList.Of(pages);
        Assert.Equal(1700, list.Pages);
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => i % 1700), list.Requests);
        Assert.Equal(pages, list.Requests.Select(r => list.Names[r]));
    }
}
