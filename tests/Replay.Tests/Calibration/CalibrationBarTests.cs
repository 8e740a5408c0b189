using SecondLook.Replay.Calibration;
using SecondLook.Replay.Tests.Captures;

namespace SecondLook.Replay.Tests.Calibration;

/// <summary>The bars of calibration.md section 2, mode free, captures whose aging walks page tables.</summary>
public sealed class CalibrationBarTests
{
    private static readonly string[] WalkOn =
    [
        "v1-tdp-mglru-k61-small", "v1-tdp-mglru-k612-small", "v1-tdp-mglru-k72-small", "v3-shadow-mglru-k612-small", "v3-shadow-mglru-k72-small",
        "v6-lost-k61", "v6-lost-k72", "v8-arm64-k72",
    ];

    private static readonly string[] Classic = ["v2-tdp-classic-k612-small", "v2-tdp-classic-k72-small"];

    [Fact]
    public void Jaccard_OfCapturesWithWalks_MeetsTheBar()
    {
        List<CalibratedCapture> all = Calibrate(WalkOn);
        if (all.Count == 0)
        {
            return;
        }
        double[] first = [.. all.Select(c => c.Residencies.First(r => r.Real > 0).Jaccard)];
        double[] every = [.. all.SelectMany(c => c.Residencies.Where(r => r.Real > 0)).Select(r => r.Jaccard)];
        Assert.True(first.Average() >= 0.93 && first.Min() >= 0.80, $"first evictions: mean {first.Average():f3}, lowest {first.Min():f3}");
        Assert.True(every.Average() >= 0.90 && every.Min() >= 0.65, $"all residencies: mean {every.Average():f3}, lowest {every.Min():f3}");
    }

    [Fact]
    public void Jaccard_OfClassicLists_MeetsTheBar()
    {
        List<CalibratedCapture> all = Calibrate(Classic);
        if (all.Count == 0)
        {
            return;
        }
        double[] every = [.. all.SelectMany(c => c.Residencies.Where(r => r.Real > 0)).Select(r => r.Jaccard)];
        Assert.True(every.Average() >= 0.92 && every.Min() >= 0.80, $"mean {every.Average():f3}, lowest {every.Min():f3}");
    }

    [Fact]
    public void GenerationError_OfCapturesWithWalks_MeetsTheBar()
    {
        List<CalibratedCapture> all = Calibrate(WalkOn);
        if (all.Count == 0)
        {
            return;
        }
        double[] errors = [.. all.Select(c => c.MeanGenerationError!.Value)];
        Assert.True(errors.Average() <= 0.04 && errors.Max() <= 0.08, $"mean {errors.Average():f3}, highest {errors.Max():f3}");
    }

    [Fact]
    public void ListError_OfClassicLists_MeetsTheBar()
    {
        foreach (CalibratedCapture capture in Calibrate(Classic))
        {
            Assert.True(capture.MeanGenerationError <= 0.06, $"{capture.Name}: {capture.MeanGenerationError:f3}");
        }
    }

    [Fact]
    public void ScannedPages_OfARun_ComeOutWithinSixteenPercent()
    {
        foreach (CalibratedCapture capture in Calibrate([.. WalkOn, .. Classic]))
        {
            AssertWithin(capture, "pgscan", 0.16);
        }
    }

    [Fact]
    public void FreedPages_OfARun_ComeOutWithinSixPercent()
    {
        foreach (CalibratedCapture capture in Calibrate([.. WalkOn, .. Classic]))
        {
            AssertWithin(capture, "pgsteal", 0.06);
        }
    }

    private static void AssertWithin(CalibratedCapture capture, string counter, double share)
    {
        (long real, long model) = capture.Counters[counter];
        Assert.True(Math.Abs(model - real) <= real * share, $"{capture.Name}: {counter} {model} against {real}");
    }

    private static List<CalibratedCapture> Calibrate(string[] names)
    {
        List<CalibratedCapture> all = [];
        foreach (string name in names)
        {
            using CapturedRun? run = CapturedRun.Of(name);
            if (run is not null)
            {
                CaptureInput input = CaptureInput.Read(run.Folder.Events, name, CancellationToken.None);
                all.Add(Calibrator.Run(input, null, null, "free", CancellationToken.None)!);
            }
        }
        return all;
    }
}
