using SecondLook.Replay.Schedules;

namespace SecondLook.Replay.Tests.Schedules;

public sealed class ClockStepsTests
{
    private const long Ms = 1_000_000;

    [Theory]
    [InlineData(new long[] { 20, 0, 0, 0, 0 })]
    [InlineData(new long[] { 0, 0, 35, 0, 0 })]
    [InlineData(new long[] { 0, 0, 0, 0, 35 })]
    [InlineData(new long[] { 21, 25, 0, 40, 0 })]
    public void Marks_LateAloneOrAtTheStart_AreNoStep(long[] lateMs)
    {
        ClockSteps steps = Of(lateMs);

        Assert.Equal(0, steps.Count);
        Assert.Equal(1234, steps.Correct(1234));
    }

    [Fact]
    public void Marks_OnBothSidesOfAStepForward_GiveItsSize() => Assert.Equal([100 * Ms], Of([0, 0, 100, 100, 100]).SizesNs);

    [Fact]
    public void Marks_OnBothSidesOfAStepBack_GiveItsSizeAndPutEventsBack()
    {
        ClockSteps steps = Of([100, 100, 100, 0, 0]);

        Assert.Equal([-100 * Ms], steps.SizesNs);
        Assert.Equal(0, steps.Correct(100 * Ms));
        Assert.Equal(250 * Ms, steps.Correct(350 * Ms));
        Assert.Equal(260 * Ms, steps.Correct(260 * Ms));
    }

    // A mark every 100 ms of CLOCK_MONOTONIC; the stamp is off by what is given.
    private static ClockSteps Of(long[] offMs)
    {
        IEnumerable<string> marks = offMs.Select((off, i) => $"[{((100 * i) + off) * Ms},{100 * i * Ms}]");
        return ClockSteps.Of(new Dictionary<string, string>(StringComparer.Ordinal) { ["kmr.clock_marks"] = $"{{\"shift_ns\":0,\"marks\":[{string.Join(',', marks)}]}}" });
    }
}
