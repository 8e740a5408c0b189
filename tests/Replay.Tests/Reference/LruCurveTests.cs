using SecondLook.Replay.Reference;
using SecondLook.Replay.Tests.Captures;

namespace SecondLook.Replay.Tests.Reference;

public sealed class LruCurveTests
{
    [Fact]
    public void Curve_OfRandomRequests_EqualsLruAtEverySize()
    {
        for (ulong seed = 1; seed <= 4; seed++)
        {
            foreach (string shape in RequestLists.Shapes)
            {
                PageList list = RequestLists.Make(shape, seed, 1500, 90);
                LruCurve curve = LruCurve.Of(list);
                Assert.Equal(list.Pages, curve.Pages);
                for (int size = 1; size <= list.Pages + 3; size++)
                {
                    Assert.Equal(MissCounter.Run("lru", list, size, 1), curve.Misses(size));
                }
            }
        }
    }

    [Fact]
    public void Curve_WhoseMarksWereMovedTogether_EqualsLru()
    {
        // The bitmap of places holds 2^18 requests and more: this list fills it several times.
        PageList list = RequestLists.Make("skewed", 9, 1_500_000, 150_000);
        LruCurve curve = LruCurve.Of(list);
        foreach (int size in new[] { 1, 63, 64, 65, 4000, 70_000, 149_999 })
        {
            Assert.Equal(MissCounter.Run("lru", list, size, 1), curve.Misses(size));
        }
    }

    [Fact]
    public void Steps_AreTheSizesAtWhichMissesFall()
    {
        LruCurve curve = LruCurve.Of(PageList.Of([7, 8, 9, 7, 7, 8]));
        // Distances: 7 after 8 9 is 3, 7 again is 1, 8 after 9 7 is 3.
        Assert.Equal([5L, 5L, 3L, 3L], new[] { 1, 2, 3, 4 }.Select(s => curve.Misses(s)));
        Assert.Equal([1, 3], curve.Steps());
    }

    [Fact]
    public void Curve_OfOracleTraces_EqualsLruOfTheOracle()
    {
        if (SharedCaptures.Folder("cache-oracle") is not { } folder)
        {
            return;
        }
        foreach (IGrouping<string, string[]> trace in File.ReadLines(Path.Combine(folder, "expected.csv")).Skip(1).Select(l => l.Split(',')).Where(w => w[1] == "lru").GroupBy(w => w[0]))
        {
            LruCurve curve = LruCurve.Of(PackedList.Read(Path.Combine(folder, trace.Key + ".u32le.gz")));
            Assert.All(trace, cell => Assert.Equal(cell[4], curve.Misses(long.Parse(cell[2], null)).ToString(null, null)));
        }
    }
}
