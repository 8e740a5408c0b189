using SecondLook.Replay.Schedules;

namespace SecondLook.Replay.Calibration;

/// <summary>Which released kernel's model fits a capture best.</summary>
/// <remarks>
/// The kernels whose captures the profiles were held against are tried; a profile that no capture vouches for is no candidate. The smallest mean
/// generation error wins; without snapshots the guess from kernel and events stands.
/// </remarks>
public static class ProfileFit
{
    private static readonly string[] Generations = ["mglru_6_1", "stable_6_12_117", "mainline_7_2"];
    private static readonly string[] Lists = ["classic_6_1", "classic_6_12", "classic_7_2"];

    /// <summary>Calibrates under every candidate.</summary>
    /// <param name="input">The capture.</param>
    /// <param name="accesses">Schedule to replay; null takes the truth.</param>
    /// <param name="mode"><c>free</c>, <c>volume</c> or <c>volume_order</c>.</param>
    /// <param name="cancel">Stops.</param>
    /// <param name="effects">What is modelled beside the guest; null for everything.</param>
    /// <returns>Best first; empty when there is nothing to compare.</returns>
    public static IReadOnlyList<CalibratedCapture> Rank(CaptureInput input, AccessSchedule? accesses, string mode, CancellationToken cancel, BackgroundEffects? effects = null)
    {
        if (Calibrator.Run(input, null, accesses, mode, cancel, null, effects) is not CalibratedCapture guess)
        {
            return [];
        }
        List<CalibratedCapture> tried = [guess];
        if (guess.MeanGenerationError is null)
        {
            return tried;
        }
        foreach (string preset in guess.Policy.StartsWith(PolicyPresets.Classic, StringComparison.Ordinal) ? Lists : Generations)
        {
            if (!string.Equals(preset, guess.Policy, StringComparison.Ordinal) && Calibrator.Run(input, preset, accesses, mode, cancel, null, effects) is CalibratedCapture other)
            {
                tried.Add(other);
            }
        }
        tried.Sort(static (a, b) =>
        {
            int order = Nullable.Compare(a.MeanGenerationError, b.MeanGenerationError);
            return order != 0 ? order : string.CompareOrdinal(a.Policy, b.Policy);
        });
        return tried;
    }
}
