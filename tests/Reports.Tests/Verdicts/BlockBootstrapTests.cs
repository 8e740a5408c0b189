using SecondLook.Reports.Verdicts;

namespace SecondLook.Reports.Tests.Verdicts;

public sealed class BlockBootstrapTests
{
    [Fact]
    public void Quotient_WithFewerThanTwentyBlocks_HasNoInterval()
    {
        double[] ones = [.. Enumerable.Repeat(1.0, 19)];
        Assert.Null(new BlockBootstrap(1, [.. Enumerable.Range(0, 19)]).Quotient((ones, ones), (ones, ones)));
    }

    [Fact]
    public void Quotient_WhenBlocksAreAlike_HasNoWidth()
    {
        double[] two = [.. Enumerable.Repeat(2.0, 25)];
        double[] four = [.. Enumerable.Repeat(4.0, 25)];
        (double low, double high) = new BlockBootstrap(1, [.. Enumerable.Range(0, 25)]).Quotient((two, four), (four, four))!.Value;
        Assert.Equal(0.5, low);
        Assert.Equal(0.5, high);
    }

    [Fact]
    public void Relative_OfIndependentBlocks_IsAboutTwoStandardErrors()
    {
        // 100 blocks, half of them 0 and half 2: the mean is 1 with standard error 0.1.
        double[] value = [.. Enumerable.Range(0, 100).Select(i => i % 2 == 0 ? 0.0 : 2.0)];
        double[] ones = [.. Enumerable.Repeat(1.0, 100)];
        (double low, double high) = new BlockBootstrap(7, [.. Enumerable.Range(0, 100)]).Relative((value, ones))!.Value;
        Assert.InRange(low, 0.76, 0.86);
        Assert.InRange(high, 1.14, 1.24);
    }

    [Fact]
    public void Relative_WithTheSameSeed_IsTheSame()
    {
        double[] value = [.. Enumerable.Range(0, 40).Select(i => (double)(i % 7))];
        double[] ones = [.. Enumerable.Repeat(1.0, 40)];
        int[] all = [.. Enumerable.Range(0, 40)];
        Assert.Equal(new BlockBootstrap(3, all).Relative((value, ones)), new BlockBootstrap(3, all).Relative((value, ones)));
        Assert.NotEqual(new BlockBootstrap(3, all).Relative((value, ones)), new BlockBootstrap(4, all).Relative((value, ones)));
    }
}
