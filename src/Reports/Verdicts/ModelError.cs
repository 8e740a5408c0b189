using SecondLook.Reports.Facts;
using SecondLook.Reports.Writing;

namespace SecondLook.Reports.Verdicts;

/// <summary>How wrong the model is about the kernel that made the capture: an effect smaller than this proves nothing.</summary>
/// <param name="Share">0 to 1; null when the capture gives nothing to compare with.</param>
/// <param name="Words">Where the number comes from.</param>
/// <param name="Capture">The comparison used, or null.</param>
public sealed record ModelError(double? Share, string Words, CalibratedCapture? Capture)
{
    /// <summary>The error as printed: a percentage, or over 100 % where no digit of it means anything.</summary>
    public string Printed => Share switch
    {
        null => "n/a",
        > 1 => "over 100 %",
        { } share => Numbers.Fixed(share * 100, 1) + " %",
    };

    /// <summary>Picks the comparison of the recorded kernel and takes its worse error: of refaults, or of the evicted set.</summary>
    public static ModelError Of(RunTables run)
    {
        CalibratedCapture? capture =
            run.Calibration.Captures.FirstOrDefault(c => c.Mode is "free" or "" && c.Policy == run.Facts.RecordedPreset)
            ?? run.Calibration.Captures.FirstOrDefault(c => c.Mode is "free" or "")
            ?? (run.Calibration.Captures.Count > 0 ? run.Calibration.Captures[0] : null);
        if (capture is null)
        {
            return new ModelError(null, "the capture holds nothing that tells what the kernel did", null);
        }
        double? refaults = null;
        string counter = "";
        foreach ((string name, double[] pair) in capture.Counters.OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            if (name.Contains("refault", StringComparison.Ordinal) && pair.Length == 2 && pair[0] > 0)
            {
                double error = Math.Abs((pair[1] / pair[0]) - 1);
                if (error >= (refaults ?? 0))
                {
                    refaults = error;
                    counter = $"{name}, {Numbers.Digits3(pair[0])} in the kernel and {Numbers.Digits3(pair[1])} in the model";
                }
            }
        }
        double? evicted = 1 - capture.PooledJaccard;
        return (refaults, evicted) switch
        {
            (null, null) => new ModelError(null, "the capture holds neither residency nor refault counters", capture),
            ({ } r, { } e) when r >= e => new ModelError(r, counter, capture),
            ({ } r, null) => new ModelError(r, counter, capture),
            (_, { } e) => new ModelError(e, $"evicted sets, Jaccard {Numbers.Fixed(1 - e, 3)}", capture),
        };
    }
}
