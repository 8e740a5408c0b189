using SecondLook.Contracts.Jobs;
using SecondLook.Contracts.Runs;

namespace SecondLook.Contracts.Tests;

public sealed class QuantitiesTests
{
    [Theory]
    [InlineData("50%", 1000, 500)]
    [InlineData("1MiB", 0, 256)]
    [InlineData("4097 bytes", 0, 2)]
    [InlineData("12", 0, 12)]
    [InlineData("12 pages", 0, 12)]
    [InlineData("0.1%", 100, 1)]
    public void TryPages_Known_GivesPages(string text, long footprint, long expected)
    {
        Assert.True(Quantities.TryPages(text, footprint, out long pages));
        Assert.Equal(expected, pages);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("1 potato")]
    [InlineData("0")]
    [InlineData("99999999999999999999GiB")]
    public void TryPages_Nonsense_IsRefused(string text) => Assert.False(Quantities.TryPages(text, 100, out _));

    [Theory]
    [InlineData("250ms", 250_000_000)]
    [InlineData("1.5 s", 1_500_000_000)]
    [InlineData("2 min", 120_000_000_000)]
    [InlineData("7ns", 7)]
    public void TryDuration_Known_GivesNanoseconds(string text, long expected)
    {
        Assert.True(Quantities.TryDuration(text, out long ns));
        Assert.Equal(expected, ns);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("99999999999999 min")]
    public void TryDuration_Nonsense_IsRefused(string text) => Assert.False(Quantities.TryDuration(text, out _));

    [Fact]
    public void Xoshiro_PurposeAndIndex_GiveStreamsOfTheirOwn()
    {
        ulong[] firsts = [new Xoshiro256(1, "a").Next(), new Xoshiro256(1, "b").Next(), new Xoshiro256(2, "a").Next(), new Xoshiro256(1, "a", 1).Next()];
        Assert.Equal(4, new HashSet<ulong>(firsts).Count);
        Assert.Equal(firsts[0], new Xoshiro256(1, "a").Next());
    }

    [Fact]
    public void Xoshiro_NextBelow_IsEvenlySpread()
    {
        Xoshiro256 random = new(3, "test");
        int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++)
        {
            counts[random.NextBelow(7)]++;
        }
        // 10,000 expected, standard deviation 93: five of them either way.
        Assert.All(counts, c => Assert.InRange(c, 9_535, 10_465));
    }
}
