using System.Globalization;
using System.Text;
using SecondLook.Replay;
using SecondLook.Replay.Bounds;
using SecondLook.Replay.Schedules;

namespace SecondLook.Pipeline.Tests.Validation;

/// <summary>Every genuine capture held against what its guest recorded: answers, headline numbers at the harvest grain, proven bounds.</summary>
public sealed class TruthTests
{
    private static readonly string[] Policies = ["mglru_6_1", "mainline_6_12", "mainline_7_2", "classic_6_12", "lru", "opt"];

    [Fact]
    public void GenuineCaptures_AnswersHeadlineAndBounds_AgreeWithTheTruth()
    {
        StringBuilder answers = new("| capture | true accesses in intervals of known outcome | resident page-time known | informative answers: touched as said / false young / false old | accessed bits at removal: as said / wrong | exact accesses with their touch / without | stamps put back / accesses without a place |\n|---|---|---|---|---|---|---|\n");
        StringBuilder numbers = new("| capture | touches at the harvest grain: trace / truth / differ | headline numbers equal / all | evictions: again proved yes / no / open, wrong | within the horizon yes / no / open, wrong | reclaim passes: false-hot inside / all | truly cold inside / all |\n|---|---|---|---|---|---|---|\n");
        List<string> wrong = [];
        foreach (string name in CaptureUnderTest.Names)
        {
            using CaptureUnderTest capture = CaptureUnderTest.Open(name);
            TruthAtEvents truth = new(capture.Input.Scan.Known, capture.Truth, capture.Input.Pages.Count);
            answers.Append(Answers(capture, truth, wrong));
            numbers.Append(Numbers(capture, truth, wrong));
        }
        if (CaptureUnderTest.Names.Count > 0)
        {
            ValidationPage.Compare("truth", nameof(TruthTests), $"""
                ## Captures against the guest's own record

                What each capture proves, held against `truth.csv`, which no replay reads. A stamp follows its access, so the first touch after a map is taken
                back to the map, and a stamp within 2 ms of the interval of its access is put into it; the last column counts the second kind.

                {answers}
                ### Headline numbers and proven bounds

                At the harvest grain each touch stands at the harvest that reveals it (schedule `latest`). The truth put to the same grain gives the same touches, and so
                the same numbers of every policy (refaults, evictions, false-cold, false-hot, cold pages, misses of {string.Join(", ", Policies)}). Bounds are those of the decisions
                taken: each eviction is judged by what the trace proves of the time after it, and then by the accesses themselves.

                {numbers}
                """);
        }
        Assert.Empty(wrong);
    }

    private static string Answers(CaptureUnderTest capture, TruthAtEvents truth, List<string> wrong)
    {
        KnownIntervals known = capture.Input.Scan.Known;
        long[] clear = new long[3];
        long[] zap = new long[2];
        for (int i = 0; i < known.Intervals.Count; i++)
        {
            KnownInterval interval = known.Intervals[i];
            if (interval.HasPoint || interval.Outcome == IntervalOutcome.Unknown)
            {
                continue;
            }
            bool same = truth.Touched[i] == (interval.Outcome == IntervalOutcome.Young);
            if (interval.End == IntervalEnd.Zap)
            {
                zap[same ? 0 : 1]++;
            }
            else
            {
                clear[same ? 0 : interval.Outcome == IntervalOutcome.Young ? 1 : 2]++;
            }
        }
        long seen = truth.Seen.LongCount(s => s);
        if (clear[1] + clear[2] + zap[1] > 0)
        {
            wrong.Add($"{capture.Name}: {clear[1]} false young, {clear[2]} false old, {zap[1]} wrong bits");
        }
        return $"| {capture.Name} | {Percent(truth.InKnown, truth.Accesses)} | {Percent(known.KnownPageNs, known.ResidentPageNs)} | {clear[0]} / {clear[1]} / {clear[2]} | {zap[0]} / {zap[1]} | {seen} / {truth.Seen.Length - seen} | {truth.StampsOff} / {truth.Outside} |\n";
    }

    private static string Numbers(CaptureUnderTest capture, TruthAtEvents truth, List<string> wrong)
    {
        CaptureInput input = capture.Input;
        AccessSchedule trace = capture.Schedule("latest", 1);
        AccessSchedule grain = new ScheduleBuilder(truth.Answers(), input.Pages.Count, input.Demand, capture.Job.Seed).Build("latest", 1);
        HashSet<(int, long)> a = [.. trace.Accesses.ToArray().Select(x => (x.Page, x.TsNs))];
        HashSet<(int, long)> b = [.. grain.Accesses.ToArray().Select(x => (x.Page, x.TsNs))];
        int differ = a.Count(x => !b.Contains(x)) + b.Count(x => !a.Contains(x));
        TouchKnowledge knowledge = TouchKnowledge.Of(input);
        BoundsTally tally = new(input, truth, capture.Settings);
        int equal = 0;
        int all = 0;
        foreach (string policy in Policies)
        {
            PolicyRun run = new(input, capture.Settings, capture.Job.Seed) { Knowledge = knowledge };
            ReplayRecord one = run.Run(CaptureUnderTest.Plan(policy), trace, 0, null, CancellationToken.None);
            ReplayRecord two = run.Run(CaptureUnderTest.Plan(policy), grain, 0, null, CancellationToken.None);
            foreach ((long x, long y) in Headline(one).Zip(Headline(two)))
            {
                all++;
                equal += x == y ? 1 : 0;
            }
            tally.Add(one, trace);
        }
        bool complete = input.Scan.Known.Coverage is > 0.99999;
        if (complete && (differ > 0 || equal < all))
        {
            wrong.Add($"{capture.Name}: {differ} touches and {all - equal} numbers differ at the harvest grain");
        }
        if (tally.Wrong > 0)
        {
            wrong.Add($"{capture.Name}: {tally.Wrong} bounds do not hold");
        }
        return $"| {capture.Name} | {a.Count} / {b.Count} / {differ} | {equal} / {all} | {tally.Again} | {tally.Within} | {tally.FalseHot} | {tally.Cold} |\n";
    }

    private static long[] Headline(ReplayRecord record) =>
    [
        record.Requests, record.Misses, record.Refaults.Count, record.Evictions.Count,
        record.Evictions.Count(e => e.Outcome == EvictionOutcome.FalseCold), record.Passes.Sum(p => p.FalseHot), record.Passes.Sum(p => p.TrulyCold), record.Passes.Sum(p => p.BelievedCold),
    ];

    private static string Percent(double part, double whole) => whole > 0 ? (100 * part / whole).ToString("F1", CultureInfo.InvariantCulture) + " %" : "n/a";
}
