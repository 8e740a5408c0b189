using SecondLook.Contracts.Jobs;
using SecondLook.Contracts.Tables;
using SecondLook.Replay.Hosts;
using SecondLook.Replay.Schedules;

namespace SecondLook.Replay.Calibration;

/// <summary>Calibrates the model on a capture that holds what the kernel did.</summary>
public static class Calibrator
{
    private const double WholeCoverage = 0.999;

    /// <summary>Accesses as the trace alone tells them: one a touched interval; where answers are not known, more at each page's fitted rate.</summary>
    /// <param name="input">The capture.</param>
    /// <param name="seed">Seed of what is drawn.</param>
    public static AccessSchedule ScheduleFromTrace(CaptureInput input, ulong seed) =>
        new ScheduleBuilder(input.Scan.Known, input.Pages.Count, input.Demand, seed).Build(input.Scan.Known.Coverage >= WholeCoverage ? "uniform" : "model", 1, writes: true);

    /// <summary>Replays a capture under one preset.</summary>
    /// <param name="input">The capture.</param>
    /// <param name="preset">A preset; null takes the guess.</param>
    /// <param name="accesses">Schedule to replay; null takes the truth.</param>
    /// <param name="mode"><c>free</c>, <c>volume</c> or <c>volume_order</c>.</param>
    /// <param name="cancel">Stops.</param>
    /// <param name="calls">Told of the calls that commands make, or null.</param>
    /// <param name="effects">What is modelled beside the guest; null for everything.</param>
    /// <returns>The comparison, or null when there is nothing to compare or nothing to replay.</returns>
    public static CalibratedCapture? Run(CaptureInput input, string? preset, AccessSchedule? accesses, string mode, CancellationToken cancel, CommandCalls? calls = null, BackgroundEffects? effects = null)
    {
        RecordedState real = RecordedState.Read(input);
        if (DeclaredSampling.Of(input.Metadata) > 1)
        {
            // What the kernel did, it did to all pages; the input names some of them.
            return null;
        }
        if ((real.Snapshots.Count < 2 && real.Residencies.Count == 0) || input.HasSeveralVms)
        {
            return null;
        }
        if (accesses is null)
        {
            if (input.Truth is not Table truth || truth.RowCount == 0)
            {
                return null;
            }
            accesses = TruthSchedule.Build(truth, input.Pages, input.Demand);
        }
        string? guess = RecordedPreset.Guess(input, real);
        preset ??= guess;
        List<string> problems = [];
        SortedDictionary<string, string> none = new(StringComparer.Ordinal);
        if (preset is null || !PolicyPresets.TryResolve(new PolicySpec(preset, preset, none), "calibration", problems, out PolicyPlan? plan))
        {
            return null;
        }
        plan = plan with { Overlays = [.. plan.Overlays, .. RecordedPreset.OverlaysOf(input, guess, preset)] };
        return new CalibrationReplay(input, real, accesses, HostSetup.Of(plan, input.Scan.Facts), preset, mode, effects ?? BackgroundEffects.All) { Calls = calls }.Run(cancel);
    }
}
