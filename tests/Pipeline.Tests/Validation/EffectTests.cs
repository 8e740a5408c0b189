using System.Globalization;
using System.Text;
using SecondLook.Replay.Calibration;

namespace SecondLook.Pipeline.Tests.Validation;

/// <summary>What each background effect of the calibration is worth: the captures of calibration.md section 3 with one effect left out at a time.</summary>
public sealed class EffectTests
{
    private static readonly string[] Walk =
    [
        "v1-tdp-mglru-k61-small", "v1-tdp-mglru-k612-small", "v1-tdp-mglru-k72-small", "v3-shadow-mglru-k612-small", "v3-shadow-mglru-k72-small",
        "v6-lost-k61", "v6-lost-k72", "v8-arm64-k72",
    ];

    private static readonly string[] Classic = ["v2-tdp-classic-k612-small", "v2-tdp-classic-k72-small"];

    private static readonly (string What, string Switch, string Value)[] Effects =
    [
        ("swap writes take time", "io_model", "instant"),
        ("requests and plug (writes end with the command or pass)", "io_model", "at_end"),
        ("writes of a pass last into the next one", "swap_write_lag", "off"),
        ("anon pages of the program", BackgroundEffects.ProgramPagesName, "off"),
        ("file pages of the program", BackgroundEffects.ProgramFilesName, "off"),
        ("per-CPU insertion batches", "folio_batch_delay", "off"),
        ("swap read-around", "swap_readaround", "off"),
        ("charges in portions", "charge_batch", "0"),
        ("marks of KVM and of the page lookup", "kvm_marks_accessed", "off"),
        ("lag of memcg statistics", "memcg_stat_lag", "off"),
    ];

    [Fact]
    public void Effects_LeftOutOneByOne_CostWhatTheTableSays()
    {
        if (CaptureUnderTest.Names.Count == 0)
        {
            return;
        }
        List<(CaptureUnderTest Capture, bool Walk)> captures = [.. Walk.Select(n => (CaptureUnderTest.Open(n), true)), .. Classic.Select(n => (CaptureUnderTest.Open(n), false))];
        try
        {
            Figures whole = Of(captures, true, BackgroundEffects.All);
            Figures wholeClassic = Of(captures, false, BackgroundEffects.All);
            StringBuilder table = new("| left out | captures with walks: mean J / first J / generation error / counters | classic: mean J / first J / list error / counters |\n|---|---|---|\n");
            table.Append($"| nothing | {whole} | {wholeClassic} |\n");
            Dictionary<string, (Figures Walk, Figures Classic)> without = new(StringComparer.Ordinal);
            foreach ((string what, string name, string value) in Effects)
            {
                BackgroundEffects effects = BackgroundEffects.With([new(name, value)]);
                without[what] = (Of(captures, true, effects), Of(captures, false, effects));
                table.Append($"| {what} (`{name}={value}`) | {without[what].Walk} | {without[what].Classic} |\n");
            }
            ValidationPage.Compare("effects", nameof(EffectTests), $"""
                ## What each background effect is worth

                The calibration with one effect left out at a time (`secondlook calibrate --set SWITCH=VALUE`), from ground truth, mode free, over the captures of calibration.md section 3: v1, v3,
                v6 and v8-arm64 with page-table walks, v2 with classic lists. Mean over captures of the mean J, of the first J, of the generation or list error, and of the relative errors of
                pgscan and pgsteal. What is missing to J = 1 with nothing left out is how many pages a command unmaps, which turns on single requests of the block layer: given that number (mode
                `volume`) and the order of insertions (`volume_order`), the sets agree.

                {table}
                """);
            // The two that calibration.md calls indispensable, and the one that decides classic lists.
            Assert.True(whole.Jaccard - without["swap writes take time"].Walk.Jaccard > 0.05, "swap writes");
            Assert.True(whole.Error < without["requests and plug (writes end with the command or pass)"].Walk.Error, "plug");
            Assert.True(without["marks of KVM and of the page lookup"].Classic.Error > 0.3, "marks");
            Assert.True(wholeClassic.Jaccard > without["lag of memcg statistics"].Classic.Jaccard, "lag");
        }
        finally
        {
            captures.ForEach(static c => c.Capture.Dispose());
        }
    }

    private static Figures Of(List<(CaptureUnderTest Capture, bool Walk)> captures, bool walk, BackgroundEffects effects)
    {
        CalibratedCapture[] all = [.. captures.Where(c => c.Walk == walk)
            .Select(c => Calibrator.Run(c.Capture.Input, null, null, "free", CancellationToken.None, null, effects)!)];
        return new Figures(
            all.Average(static c => c.MeanJaccard!.Value),
            all.Average(static c => c.Residencies.First(r => r.Real > 0).Jaccard),
            all.Average(static c => c.MeanGenerationError!.Value),
            all.Average(static c => (Share(c, "pgscan") + Share(c, "pgsteal")) / 2));
    }

    private static double Share(CalibratedCapture capture, string name)
    {
        (long real, long model) = capture.Counters[name];
        return Math.Abs(model - real) / (double)real;
    }

    private readonly record struct Figures(double Jaccard, double First, double Error, double Counters)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Jaccard:0.000} / {First:0.000} / {Error:0.000} / {Counters:0.000}");
    }
}
