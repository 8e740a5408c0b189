using SecondLook.Replay.Reference;
using SecondLook.Replay.Tests.Captures;

namespace SecondLook.Replay.Tests.Reference;

public sealed class ShardsTests
{
    private static readonly double[] Shares = [0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9];

    public static TheoryData<string, double> Made => new MatrixTheoryData<string, double>(["zipf0.8", "zipf1.0", "zipf1.2", "even", "loop", "shifting", "scans"], [0.1, 0.01]);

    public static TheoryData<string, double> Oracle => new MatrixTheoryData<string, double>(
        ["cp-sample", "cp-w106-1m", "lirs-2pools", "lirs-multi3", "lirs-sprite", "loop-300k", "mixed-300k", "shift-300k", "spec-gcc", "spec-gzip", "spec-mcf", "zipf08-300k", "zipf10-300k"], [0.1, 0.01]);

    [Theory]
    [MemberData(nameof(Made))]
    public void Estimate_OfMadeRequests_LiesWithinItsErrorOnNineteenOfTwentySeeds(string shape, double rate) =>
        HoldsOnNineteenOfTwenty(shape.StartsWith("zipf", StringComparison.Ordinal)
            ? RequestLists.Zipf(double.Parse(shape.AsSpan(4), System.Globalization.CultureInfo.InvariantCulture), 1, 300_000, 40_000)
            : RequestLists.Make(shape, 1, 300_000, 30_000), rate);

    [Theory]
    [MemberData(nameof(Oracle))]
    public void Estimate_OfOracleTraces_LiesWithinItsErrorOnNineteenOfTwentySeeds(string trace, double rate)
    {
        if (SharedCaptures.Folder("cache-oracle") is { } folder)
        {
            HoldsOnNineteenOfTwenty(PackedList.Read(Path.Combine(folder, trace + ".u32le.gz")), rate);
        }
    }

    [Fact]
    public void Estimate_FromAllPages_IsExactWithoutError()
    {
        PageList list = RequestLists.Make("skewed", 2, 20_000, 2000);
        LruCurve curve = LruCurve.Of(list);
        ShardsCurve all = ShardsCurve.Of(list, 1, 1);
        for (int size = 1; size <= list.Pages; size += 7)
        {
            MissEstimate estimate = all.Misses(size);
            Assert.Equal(curve.Misses(size), estimate.Misses);
            Assert.Equal(curve.Misses(size), estimate.Low);
            Assert.Equal(curve.Misses(size), estimate.High);
        }
    }

    [Fact]
    public void Error_AtATenth_IsSmallEnoughToDecideSomething()
    {
        PageList list = RequestLists.Zipf(0.8, 1, 300_000, 40_000);
        MissEstimate estimate = ShardsCurve.Of(list, 0.1, 1).Misses(list.Pages / 10);
        Assert.True(estimate.High - estimate.Low < 0.25 * estimate.Misses, $"{estimate}");
    }

    /// <summary>Within the error at every size at once, which is more than at each size.</summary>
    private static void HoldsOnNineteenOfTwenty(PageList list, double rate)
    {
        LruCurve curve = LruCurve.Of(list);
        List<string> outside = [];
        int seedsOutside = 0;
        for (ulong seed = 1; seed <= 20; seed++)
        {
            ShardsCurve sampled = ShardsCurve.Of(list, rate, seed);
            int before = outside.Count;
            foreach (double share in Shares)
            {
                int size = Math.Max(1, (int)(list.Pages * share));
                MissEstimate estimate = sampled.Misses(size);
                long truth = curve.Misses(size);
                if (truth < estimate.Low || truth > estimate.High)
                {
                    outside.Add($"seed {seed}, {size} pages: {truth} outside {estimate.Low:f0} .. {estimate.High:f0}");
                }
            }
            seedsOutside += outside.Count > before ? 1 : 0;
        }
        Assert.True(seedsOutside <= 1, string.Join('\n', outside));
    }
}
