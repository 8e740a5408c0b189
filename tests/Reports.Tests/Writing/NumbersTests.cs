using SecondLook.Reports.Writing;

namespace SecondLook.Reports.Tests.Writing;

public sealed class NumbersTests
{
    [Theory]
    [InlineData(0.5, 0, "1")]
    [InlineData(-0.5, 0, "-1")]
    [InlineData(2.345, 2, "2.35")]
    [InlineData(-0.0004, 3, "0.000")]
    [InlineData(1234567.05, 1, "1234567.1")]
    public void Fixed_AtHalves_RoundsAwayFromZeroAndHasNoNegativeZero(double value, int decimals, string expected) =>
        Assert.Equal(expected, Numbers.Fixed(value, decimals));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.25, "0.25")]
    [InlineData(500, "500")]
    [InlineData(9999, "9999")]
    [InlineData(30000, "30 k")]
    [InlineData(2500000, "2.5 M")]
    [InlineData(-6, "\u22126")]
    public void Tick_OfAnySize_IsShort(double value, string expected) => Assert.Equal(expected, Numbers.Tick(value));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(4206, "4206")]
    [InlineData(66157.3, "66,157")]
    [InlineData(336.2, "336")]
    [InlineData(41.23, "41.2")]
    [InlineData(3.071, "3.07")]
    [InlineData(0.01234, "0.0123")]
    public void Digits3_OfAnySize_KeepsThreeDigits(double value, string expected) => Assert.Equal(expected, Numbers.Digits3(value));

    [Theory]
    [InlineData(640_000_000, "640 ms")]
    [InlineData(12_500_000_000, "12.5 s")]
    [InlineData(576_000_000_000, "576 s")]
    [InlineData(20_000, "20 us")]
    public void Span_OfAnyLength_HasItsUnit(long ns, string expected) => Assert.Equal(expected, Numbers.Span(ns));

    [Theory]
    [InlineData("a<b>&\"'", "a&lt;b&gt;&amp;&quot;&#39;")]
    [InlineData("bell\u0007", "bell\uFFFD")]
    [InlineData("pair \ud83d\ude00", "pair \ud83d\ude00")]
    public void Markup_OfHostileText_IsHarmless(string text, string expected) => Assert.Equal(expected, Escape.Markup(text));

    // Not a theory: a lone surrogate cannot be stored in an attribute.
    [Fact]
    public void Markup_OfALoneSurrogate_ReplacesIt() => Assert.Equal("lone \uFFFD surrogate", Escape.Markup("lone \ud800 surrogate"));

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"x\"", "\"say \"\"x\"\"\"")]
    public void Csv_WithSeparators_Quotes(string text, string expected) => Assert.Equal(expected, Escape.Csv(text));
}
