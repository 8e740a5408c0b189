using System.Globalization;
using SecondLook.Replay.Reference;
using SecondLook.Replay.Tests.Captures;

namespace SecondLook.Replay.Tests.Reference;

public sealed class CacheOracleTests
{
    public static TheoryData<string> Policies => [.. MissCounter.LibCacheSimPolicies.Where(p => p != "random")];

    [Theory]
    [MemberData(nameof(Policies))]
    public void Misses_OfEveryOracleCell_AreExact(string policy)
    {
        if (SharedCaptures.Folder("cache-oracle") is not { } folder)
        {
            return;
        }
        List<string> wrong = [];
        int cells = 0;
        foreach (IGrouping<string, string[]> trace in File.ReadLines(Path.Combine(folder, "expected.csv")).Skip(1).Select(l => l.Split(',')).Where(w => w[1] == policy).GroupBy(w => w[0]))
        {
            PageList list = PackedList.Read(Path.Combine(folder, trace.Key + ".u32le.gz"));
            foreach (string[] cell in trace)
            {
                cells++;
                int capacity = int.Parse(cell[2], CultureInfo.InvariantCulture);
                long expected = long.Parse(cell[4], CultureInfo.InvariantCulture);
                long misses = MissCounter.RunLibCacheSim(policy, list, capacity);
                Assert.Equal(int.Parse(cell[3], CultureInfo.InvariantCulture), list.Requests.Length);
                if (misses != expected)
                {
                    wrong.Add($"{trace.Key} at {capacity}: {misses}, expected {expected}");
                }
            }
        }
        Assert.True(cells > 0);
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }
}
