using System.Globalization;
using System.Text;
using SecondLook.Replay.Calibration;

namespace SecondLook.Pipeline.Tests.Validation;

/// <summary>Every genuine capture with snapshots, replayed under the rules of its kernel and held against what the kernel did.</summary>
public sealed class CalibrationTests
{
    private static readonly string[] WalkOn = ["v1-", "v3-", "v6-", "v8-arm64-k72"];

    private static readonly string[] Ordered = ["v1-", "v3-", "v11-"];

    // Long runs and memory.max have bars of their own; without an access flag who is evicted, and so what comes back, cannot be predicted.
    private static readonly string[] OtherCounterBars = ["v4-", "v8-arm64-noaf", "v9-"];

    private static readonly string[] NotCompared = ["v5-", "v7-", "v10-"];

    [Fact]
    public void GenuineCaptures_FreeVolumeAndTrace_MeetTheBars()
    {
        StringBuilder table = new("| capture | preset | snapshots | generation error: mean / highest | unmapped by the kernel | J, free | first J, volume | first J, volume_order | pgscan | pgsteal | refault | from the trace alone: error / J (loss) |\n|---|---|---|---|---|---|---|---|---|---|---|---|\n");
        List<string> missed = [];
        List<double> first = [];
        List<double> errors = [];
        foreach (string name in CaptureUnderTest.Names)
        {
            // Several VMs and huge pages are not calibrated.
            if (NotCompared.Any(n => name.StartsWith(n, StringComparison.Ordinal)))
            {
                continue;
            }
            using CaptureUnderTest capture = CaptureUnderTest.Open(name);
            if (Calibrator.Run(capture.Input, null, null, "free", CancellationToken.None) is not { Snapshots.Count: > 0 } free)
            {
                continue;
            }
            bool walk = WalkOn.Any(w => name.StartsWith(w, StringComparison.Ordinal));
            CalibratedCapture? volume = walk ? Calibrator.Run(capture.Input, null, null, "volume", CancellationToken.None) : null;
            // Where the trace shows which frames reach the lists and which guest page has them.
            bool ordered = Ordered.Any(o => name.StartsWith(o, StringComparison.Ordinal));
            CalibratedCapture? order = ordered ? Calibrator.Run(capture.Input, null, null, "volume_order", CancellationToken.None) : null;
            CalibratedCapture? trace = Calibrator.Run(capture.Input, null, Calibrator.ScheduleFromTrace(capture.Input, capture.Job.Seed), "free", CancellationToken.None);
            table.Append(Row(free, volume, order, trace));
            if (order is not null)
            {
                Check(missed, name, "first J, volume_order", Jaccards(order)[0], 0.99, double.MaxValue);
            }
            if (walk)
            {
                first.Add(Jaccards(free)[0]);
                errors.Add(free.MeanGenerationError!.Value);
                Check(missed, name, "first J, volume", Jaccards(volume!)[0], 0.93, double.MaxValue);
                Check(missed, name, "lowest J", Jaccards(free).Min(), 0.65, double.MaxValue);
                Check(missed, name, "generation error", free.MeanGenerationError!.Value, 0, 0.08);
            }
            if (!OtherCounterBars.Any(o => name.StartsWith(o, StringComparison.Ordinal)))
            {
                Check(missed, name, "pgsteal over the run", Share(free, "pgsteal"), 0, 0.06);
                Check(missed, name, "pgscan over the run", Share(free, "pgscan"), 0, 0.16);
            }
            if (name.StartsWith("v9-", StringComparison.Ordinal))
            {
                Check(missed, name, "counters under memory.max", WorstCounter(free), 0, 0.15);
            }
            if (name.StartsWith("v4-", StringComparison.Ordinal))
            {
                Check(missed, name, "J at the end", Jaccards(free)[^1], 0.85, double.MaxValue);
                Check(missed, name, "counters of a long run", WorstCounter(free), 0, 0.10);
            }
            if (name.StartsWith("v12-", StringComparison.Ordinal))
            {
                Check(missed, name, "mean J", free.MeanJaccard!.Value, 0.985, double.MaxValue);
            }
        }
        if (first.Count == 0)
        {
            return;
        }
        Check(missed, "walk on", "mean first J", first.Average(), 0.93, double.MaxValue);
        Check(missed, "walk on", "mean generation error", errors.Average(), 0, 0.04);
        ValidationPage.Compare("calibration", nameof(CalibrationTests), $"""
            ## The reclaim model against what the kernels did

            Replays under the rules of the recorded kernel (`secondlook calibrate`). *Generation error*: share of anon pages in another generation (or on another classic list), over all
            snapshots but the first. *J*: Jaccard index of the sets of unmapped data pages, one per residency file that has any. *Free* reads the guest's accesses, the commands, memory.max, the
            number of program pages at start and the CPUs of threads; *volume*, for captures with page-table walks, also stops the first eviction at the kernel's number of unmapped pages;
            *volume_order*, for the small x86 captures, besides lets pages reach the lists when `mm_lru_insertion` shows it. Counters: kernel / model, whole run.
            The last column takes the accesses from the trace (schedule `uniform`, or `model` where answers are missing; which accesses write is drawn at the share among faults); the loss is the mean J lost against the guest's own record. Where page-table walks are off (`nowalk`,
            `noaf`) or memory.max presses, the identity of pages cannot be predicted; sizes and counters can.

            {table}
            """);
        Assert.Empty(missed);
    }

    private static string Row(CalibratedCapture free, CalibratedCapture? volume, CalibratedCapture? order, CalibratedCapture? trace)
    {
        List<double> jaccards = Jaccards(free);
        string unmapped = string.Join('/', free.Residencies.Where(r => r.Real > 0).Select(r => r.Real.ToString(CultureInfo.InvariantCulture)));
        string fromTrace = trace is null ? "n/a" : $"{Text(trace.MeanGenerationError)} / {Text(trace.MeanJaccard)} ({Text(free.MeanJaccard - trace.MeanJaccard)})";
        return $"| {free.Name} | {free.Policy} | {free.Snapshots.Count} | {Text(free.MeanGenerationError)} / {Text(free.Snapshots.Max(s => s.GenerationError))} | {unmapped} | "
            + $"{string.Join(' ', jaccards.Select(j => Text(j)))} | {Text(volume is null ? null : Jaccards(volume)[0])} | {Text(order is null ? null : Jaccards(order)[0])} | {Counter(free, "pgscan")} | {Counter(free, "pgsteal")} | "
            + $"{Counter(free, "workingset_refault_anon")} | {fromTrace} |\n";
    }

    private static void Check(List<string> missed, string name, string what, double value, double low, double high)
    {
        if (value < low || value > high)
        {
            missed.Add($"{name}: {what} {Text(value)}");
        }
    }

    private static List<double> Jaccards(CalibratedCapture capture) => [.. capture.Residencies.Where(r => r.Real > 0).Select(r => r.Jaccard)];

    private static double WorstCounter(CalibratedCapture capture) => new[] { "pgscan", "pgsteal", "workingset_refault_anon" }.Max(c => Share(capture, c));

    private static double Share(CalibratedCapture capture, string name)
    {
        (long real, long model) = capture.Counters[name];
        return Math.Abs(model - real) / (double)real;
    }

    private static string Counter(CalibratedCapture capture, string name) =>
        capture.Counters.TryGetValue(name, out (long Real, long Model) value) ? string.Create(CultureInfo.InvariantCulture, $"{value.Real}/{value.Model}") : "n/a";

    private static string Text(double? value) => value is double v ? v.ToString("0.000", CultureInfo.InvariantCulture) : "n/a";
}
