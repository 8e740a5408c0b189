using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Jobs;
using SecondLook.Replay.Demands;
using SecondLook.Replay.Hosts;
using SecondLook.Replay.Schedules;

namespace SecondLook.Replay.Tests.Demands;

/// <summary>Loops in user space: what each asks for, held against the formulas by hand.</summary>
public class ReclaimControlTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void Pressure_AsksForTheRatioAndCarriesFractions()
    {
        ReplayRecorder recorder = Recorder(1000);
        PressureControl control = new(Settings(new ReclaimSection { Demand = "pressure", Ratio = 0.0005 }));
        Assert.Equal([0L, 1, 0, 1], Decide(control, recorder, 4));
    }

    [Fact]
    public void Pressure_NeverAsksForMoreThanAHundredth()
    {
        PressureControl control = new(Settings(new ReclaimSection { Demand = "pressure", Ratio = 0.5 }));
        Assert.Equal([10L], Decide(control, Recorder(1000), 1));
    }

    [Fact]
    public void Pressure_StallsAtTheTarget_AsksForNothing()
    {
        ReplayRecorder recorder = Recorder(1000);
        PressureControl control = new(Settings(new ReclaimSection { Demand = "pressure", Ratio = 0.01, PsiTarget = 0.001, FaultCostNs = 500_000 }));
        // One refault of 0.5 ms in a second is half the target, two are all of it.
        recorder.Record.Refaults.Add(new RefaultRow(0, 0, 0));
        Assert.Equal([5L], Decide(control, recorder, 1));
        recorder.Record.Refaults.Add(new RefaultRow(0, 0, 0));
        recorder.Record.Refaults.Add(new RefaultRow(0, 0, 0));
        Assert.Equal([0L], Decide(control, recorder, 1));
        Assert.Equal([10L], Decide(control, recorder, 1));
    }

    [Fact]
    public void Pressure_TwoTasks_ShareTheStall()
    {
        ReplayRecorder recorder = Recorder(1000);
        PressureControl control = new(Settings(new ReclaimSection { Demand = "pressure", Ratio = 0.01, PsiTarget = 0.001, FaultCostNs = 500_000 }) with { RunnableTasks = 2 });
        recorder.Record.Refaults.Add(new RefaultRow(0, 0, 0));
        recorder.Record.Refaults.Add(new RefaultRow(0, 0, 0));
        Assert.Equal([5L], Decide(control, recorder, 1));
    }

    [Fact]
    public void Histogram_ChoosesTheLowestAgeWithinTheTarget()
    {
        AgeHistogramControl control = new(Settings(new ReclaimSection { Demand = "proactive", Control = "histogram", PromotionTarget = 1, Percentile = 0.5 }));
        ReplayRecorder recorder = Recorder(10);
        // 120 pages in use in this second: two promotions a second are the target. Ages 3, 3, 5 seconds: from 4 on there is one, from 3 on three.
        for (int i = 0; i < 117; i++)
        {
            control.Touch(long.MinValue, 10 * Second);
        }
        control.Touch(7 * Second, 10 * Second);
        control.Touch(7 * Second, 10 * Second);
        control.Touch(5 * Second, 10 * Second);
        Assert.Equal(4 * Second, control.Decide(Tick, recorder).AgeNs);
    }

    [Fact]
    public void Histogram_KeepsThePercentileOfItsHistory_AndWaitsAtTheStart()
    {
        AgeHistogramControl late = new(Settings(new ReclaimSection { Demand = "proactive", Control = "histogram", StartDelayNs = 5 * Second }));
        late.Touch(long.MinValue, 0);
        Assert.Equal(long.MaxValue, late.Decide(Tick, Recorder(10)).AgeNs);
        AgeHistogramControl control = new(Settings(new ReclaimSection { Demand = "proactive", Control = "histogram", PromotionTarget = 0.0001, Percentile = 0.98 }));
        control.Touch(2 * Second, 9 * Second);
        Assert.Equal(8 * Second, control.Decide(Tick, Recorder(10)).AgeNs);
        // A quiet scan would allow one second, the history does not.
        Assert.Equal(8 * Second, control.Decide(Tick, Recorder(10)).AgeNs);
    }

    [Fact]
    public void Rounds_CoverTheTrace_AndTooManyAreRefused()
    {
        List<DemandStep> rounds = Settings(new ReclaimSection { Demand = "proactive" }).Rounds(0, 4 * Second);
        Assert.Equal([1, 2, 3, 4], rounds.Select(r => r.TsNs / Second));
        Assert.All(rounds, r => Assert.Equal(StepKind.Cold, r.Kind));
        Assert.Null(ControlSettings.Of(new ReclaimSection(), Second, Second));
        Assert.Throws<UsageException>(() => ControlSettings.Of(new ReclaimSection { Demand = "pressure", IntervalNs = 1 }, Second, Second));
    }

    [Theory]
    [InlineData("mainline_6_15", 32)]
    [InlineData("classic_6_12", 0)]
    public void Run_ColdStep_TakesGenerationsThatAreOldEnough(string preset, int taken)
    {
        // 32 of 64 pages are used once, the others before every round of 1 s; cold means untouched for 2 s: with four generations a pass a second tells no more.
        GuestPages guest = GuestPages.FromSlots([new SlotPages("", 1, 0x40000, 64, 0x600000000000, 0)]);
        List<ScheduledAccess> accesses = [];
        for (int page = 0; page < 64; page++)
        {
            accesses.Add(new ScheduledAccess(1 + page, page, page, TouchOrigin.Truth, false, false, 0, 0));
        }
        for (int round = 1; round <= 8; round++)
        {
            for (int page = 32; page < 64; page++)
            {
                accesses.Add(new ScheduledAccess((round * Second) - 100 + page, (round * 64) + page, page, TouchOrigin.Truth, false, false, 0, 0));
            }
        }
        AccessSchedule schedule = new("truth", "truth", 64, accesses, 1);
        ReplayRecord record = new() { Schedule = 0, Capacity = null };
        ReplayRecorder recorder = new(schedule, record, 0, 8 * Second, Second, Second);
        List<string> problems = [];
        PolicySpec spec = new("p", preset, new Dictionary<string, string>(StringComparer.Ordinal));
        Assert.True(PolicyPresets.TryResolve(spec, "test", problems, out PolicyPlan? plan), string.Join(';', problems));
        HostMemory memory = new(guest, HostSetup.Of(plan, new CaptureFacts { SpteChanges = true }), schedule, recorder, null, false);
        ControlSettings settings = ControlSettings.Of(new ReclaimSection { Demand = "proactive", IntervalNs = Second, ColdAgeNs = 2 * Second }, 8 * Second, Second)!;
        ReplayLoop.Run(memory, schedule, new ReplayScript(settings.Rounds(0, 8 * Second), [], [], settings.CreateControl()), recorder, CancellationToken.None);
        Assert.Equal(taken, record.Evictions.Count);
        Assert.All(record.Evictions, e => Assert.True(e.Page < 32 && e.TsNs >= 2 * Second, $"page {e.Page} at {e.TsNs}"));
    }

    private static DemandStep Tick => new(0, StepKind.Cold, 0, "proactive", default);

    private static long[] Decide(PressureControl control, ReplayRecorder recorder, int rounds) =>
        [.. Enumerable.Range(0, rounds).Select(_ => control.Decide(new DemandStep(0, StepKind.Free, 0, "pressure", default), recorder).Pages)];

    private static ControlSettings Settings(ReclaimSection section) => ControlSettings.Of(section with { IntervalNs = Second }, 100 * Second, 2 * Second)!;

    private static ReplayRecorder Recorder(int resident)
    {
        AccessSchedule schedule = new("truth", "truth", resident, [new ScheduledAccess(0, 0, 0, TouchOrigin.Truth, false, false, 0, 0)], 1);
        ReplayRecorder recorder = new(schedule, new ReplayRecord { Schedule = 0, Capacity = null }, 0, 100 * Second, Second, Second);
        for (int page = 0; page < resident; page++)
        {
            recorder.Insert(page);
        }
        return recorder;
    }
}
