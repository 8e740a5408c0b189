using SecondLook.Replay.Schedules;
using SecondLook.Replay.Tests.Captures;

namespace SecondLook.Replay.Tests.Schedules;

public sealed class CaptureScheduleTests
{
    public static TheoryData<string, long, long> LossFreeTdp => new()
    {
        // Capture; young answers and old answers on data pages, table 1 of inference.md.
        { "v1-tdp-mglru-k61-small", 1015 + 650, 685 },
        { "v1-tdp-mglru-k612-small", 1183 + 1936, 4568 },
        { "v1-tdp-mglru-k72-small", 1379 + 1846, 5523 },
        { "v2-tdp-classic-k612-small", 1580 + 686, 1760 },
        { "v2-tdp-classic-k72-small", 1571 + 691, 1752 },
    };

    [Theory]
    [MemberData(nameof(LossFreeTdp))]
    public void Intervals_OfLossFreeTdpCapture_CountTheAnswersOfTheInferenceTable(string name, long young, long old)
    {
        using CapturedRun? run = CapturedRun.Of(name);
        if (run is null)
        {
            return;
        }
        CaptureInput input = CaptureInput.Read(run.Folder.Events, name, CancellationToken.None);
        IReadOnlyList<KnownInterval> intervals = input.Scan.Known.Intervals;
        Assert.Equal(young, intervals.Count(i => i is { End: IntervalEnd.Clear, Outcome: IntervalOutcome.Young }));
        Assert.Equal(old, intervals.Count(i => i is { End: IntervalEnd.Clear, Outcome: IntervalOutcome.Old }));
        Assert.Equal(0, input.Scan.Known.Contradictions);
        Assert.Equal(1.0, input.Scan.Known.Coverage!.Value, 3);
    }

    [Theory]
    [MemberData(nameof(LossFreeTdp))]
    public void Intervals_OfLossFreeTdpCapture_AgreeWithTheTruth(string name, long young, long old)
    {
        _ = young + old;
        using CapturedRun? run = CapturedRun.Of(name);
        if (run is null)
        {
            return;
        }
        CaptureInput input = CaptureInput.Read(run.Folder.Events, name, CancellationToken.None);
        AccessSchedule truth = TruthSchedule.Build(input.Truth!, input.Pages, input.Demand);
        ILookup<int, long> touches = truth.Accesses.ToArray().Where(a => !a.Host).ToLookup(a => a.Page, a => a.TsNs);
        foreach (KnownInterval interval in input.Scan.Known.Intervals.Where(i => !i.HasPoint && i.Outcome != IntervalOutcome.Unknown))
        {
            bool touched = touches[interval.Page].Any(t => t > interval.BeginNs && t <= interval.EndNs);
            // A first touch is stamped after its fault, up to 200 us (inference.md 6).
            bool nearly = touches[interval.Page].Any(t => t > interval.BeginNs + 300_000 && t <= interval.EndNs);
            Assert.True(interval.Outcome == IntervalOutcome.Young ? touched : !nearly, $"{interval}");
        }
    }

    [Theory]
    [MemberData(nameof(LossFreeTdp))]
    public void Schedules_OfEveryOption_ReproduceEveryRecordedOutcome(string name, long young, long old)
    {
        using CapturedRun? run = CapturedRun.Of(name);
        if (run is null)
        {
            return;
        }
        CaptureInput input = CaptureInput.Read(run.Folder.Events, name, CancellationToken.None);
        ScheduleBuilder builder = new(input.Scan.Known, input.Pages.Count, input.Demand, seed: 7);
        foreach (string option in ScheduleBuilder.Options)
        {
            AccessSchedule schedule = builder.Build(option, 1);
            Assert.True(ConsistencyCheck.Run(input.Scan.Known, schedule, input.Pages.Count) >= young + old);
        }
    }

    [Fact]
    public void Schedules_OfTheSameSeed_AreTheSame()
    {
        using CapturedRun? run = CapturedRun.Of("v1-tdp-mglru-k612-small");
        if (run is null)
        {
            return;
        }
        CaptureInput input = CaptureInput.Read(run.Folder.Events, run.Capture, CancellationToken.None);
        AccessSchedule first = new ScheduleBuilder(input.Scan.Known, input.Pages.Count, input.Demand, 3).Build("poisson", 2);
        AccessSchedule same = new ScheduleBuilder(input.Scan.Known, input.Pages.Count, input.Demand, 3).Build("poisson", 2);
        AccessSchedule other = new ScheduleBuilder(input.Scan.Known, input.Pages.Count, input.Demand, 4).Build("poisson", 2);
        Assert.Equal(first.Accesses.ToArray(), same.Accesses.ToArray());
        Assert.NotEqual(first.Accesses.ToArray(), other.Accesses.ToArray());
    }
}
