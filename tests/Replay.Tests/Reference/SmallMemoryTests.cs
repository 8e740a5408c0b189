using System.Globalization;
using SecondLook.Replay.Reference;
using SecondLook.Replay.Tests.Captures;

namespace SecondLook.Replay.Tests.Reference;

/// <summary>Further cells that libCacheSim (aa0fc409) counted: memories so small that its parts have no page, sizes that divide badly, sizes about the footprint.</summary>
public sealed class SmallMemoryTests
{
    public static TheoryData<string> Policies => [.. MissCounter.LibCacheSimPolicies.Where(p => p != "random")];

    [Theory]
    [MemberData(nameof(Policies))]
    public void Misses_OfEveryFurtherCell_AreThoseOfTheSimulator(string policy)
    {
        PageList list = Made();
        int cells = 0;
        foreach (string[] cell in Cells().Where(c => c[0] == policy))
        {
            cells++;
            int size = int.Parse(cell[1], CultureInfo.InvariantCulture);
            long misses = MissCounter.Count(list, [new MissCell(policy, size)], new MissRules { LibCacheSim = true }, 1, CancellationToken.None)[0];
            Assert.True(cell[2] == misses.ToString(CultureInfo.InvariantCulture), $"{policy} at {size}: {misses}, expected {cell[2]}");
        }
        Assert.True(cells > 20);
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Misses_OfRandomRequestsInAFewPages_AreCountedAndNeverBelowBelady(string policy)
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            foreach (string shape in RequestLists.Shapes)
            {
                PageList list = RequestLists.Make(shape, seed, 3000, 150);
                for (int size = 1; size <= 6; size++)
                {
                    long misses = MissCounter.RunLibCacheSim(policy, list, size);
                    // With two pages the simulator's LIRS counts hits of a page that it has already given up.
                    long least = policy == "lirs" && size == 2 ? list.Pages : MissCounter.RunLibCacheSim("belady", list, size);
                    Assert.InRange(misses, least, list.Requests.Length);
                }
            }
        }
    }

    [Fact]
    public void Random_OnOracleTraces_IsNearTheSimulatorsMean()
    {
        if (SharedCaptures.Folder("cache-oracle") is not { } folder)
        {
            return;
        }
        foreach (IGrouping<string, string[]> trace in File.ReadLines(Path.Combine(folder, "random.csv")).Skip(1).Select(l => l.Split(',')).GroupBy(w => w[0]))
        {
            PageList list = PackedList.Read(Path.Combine(folder, trace.Key + ".u32le.gz"));
            foreach (string[] cell in trace)
            {
                double mean = Enumerable.Range(1, 7).Average(s => MissCounter.RunLibCacheSim("random", list, int.Parse(cell[2], CultureInfo.InvariantCulture), (ulong)s));
                double theirs = double.Parse(cell[5], CultureInfo.InvariantCulture);
                double deviation = double.Parse(cell[6], CultureInfo.InvariantCulture);
                // Which pages share a bucket depends on the hash, and the simulator's seven seeds share theirs: hence the half per cent.
                Assert.True(Math.Abs(mean - theirs) <= (4 * deviation) + (0.005 * theirs), $"{trace.Key} at {cell[2]}: {mean}, simulator {theirs} +- {deviation}");
            }
        }
    }

    private static IEnumerable<string[]> Cells() =>
        File.ReadLines(SharedFolder.InRepository("tests/Replay.Tests/Reference/further-cells.csv")).Skip(1).Select(l => l.Split(','));

    /// <summary>The list that further-cells.csv was counted on: squares of a linear congruential generator, in whole numbers alone.</summary>
    private static PageList Made()
    {
        const ulong Pages = 400;
        ulong[] requests = new ulong[6000];
        ulong state = 42;
        for (int i = 0; i < requests.Length; i++)
        {
            state = (state * 6364136223846793005) + 1442695040888963407;
            ulong at = state >> 40;
            // Every third hundred is a scan.
            requests[i] = 1000 + (i / 100 % 3 == 2 ? (ulong)i % Pages : at * at * Pages >> 48);
        }
        return PageList.Of(requests);
    }
}
