using SecondLook.Contracts.Runs;
using SecondLook.Reports.Metrics;

namespace SecondLook.Reports.Tests.Metrics;

public sealed class DistanceToOptTests
{
    [Fact]
    public void Quotient_OfRandomBounds_ContainsEveryQuotientOfNumbersWithin()
    {
        Xoshiro256 random = new(7, "distance", 0);
        int bounded = 0;
        for (int i = 0; i < 500; i++)
        {
            (double, double) own = Bounds(random);
            (double, double) floor = Bounds(random);
            (double, double) ceiling = Bounds(random);
            if (DistanceToOpt.Quotient(own, floor, ceiling, isCeiling: false, isFloor: false) is not { } bounds)
            {
                // A pole lies inside: some floor reaches some ceiling.
                Assert.True(ceiling.Item1 <= floor.Item2);
                continue;
            }
            bounded++;
            for (int k = 0; k < 50; k++)
            {
                double f = Within(random, floor);
                double distance = (Within(random, own) - f) / (Within(random, ceiling) - f);
                Assert.InRange(distance, bounds.Low - 1e-9, bounds.High + 1e-9);
            }
        }
        Assert.True(bounded > 50);
    }

    [Fact]
    public void Quotient_OfTheYardsticksThemselves_IsOneAndZero()
    {
        Assert.Equal((1.0, 1.0), DistanceToOpt.Quotient((0.5, 0.7), (0.1, 0.2), (0.5, 0.7), isCeiling: true, isFloor: false));
        Assert.Equal((0.0, 0.0), DistanceToOpt.Quotient((0.1, 0.2), (0.1, 0.2), (0.5, 0.7), isCeiling: false, isFloor: true));
    }

    private static (double, double) Bounds(Xoshiro256 random)
    {
        double a = random.NextDouble();
        double b = a + (0.3 * random.NextDouble());
        return (a, b);
    }

    private static double Within(Xoshiro256 random, (double Low, double High) bounds) => bounds.Low + (random.NextDouble() * (bounds.High - bounds.Low));
}
