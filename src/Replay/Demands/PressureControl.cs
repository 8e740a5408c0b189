namespace SecondLook.Replay.Demands;

/// <summary>The pressure-driven loop: asks for a small share of memory each round, less the more the guest stalls.</summary>
/// <remarks>
/// <code>
/// stall = refaults since the last round * fault cost;  psi = min(1, stall / interval / vCPUs)
/// asked = resident * ratio * max(0, 1 - psi / target), at most 1 % of what is resident
/// </code>
/// Models: mglru-model.md 10.3. Fractions of a page are carried to the next round, since traces are smaller than machines.
/// Time in direct reclaim is none: under this demand no limit but the machine's own memory makes a task reclaim.
/// </remarks>
public sealed class PressureControl(ControlSettings settings) : IReclaimControl
{
    private const double MostOfResident = 0.01;
    private int _refaults;
    private double _owed;

    /// <inheritdoc/>
    public void Touch(long lastTouchNs, long nowNs)
    {
        // Refaults are read from the record.
    }

    /// <inheritdoc/>
    public DemandStep Decide(in DemandStep tick, ReplayRecorder recorder)
    {
        int refaults = recorder.Record.Refaults.Count;
        double stall = (double)(refaults - _refaults) * settings.Section.FaultCostNs;
        _refaults = refaults;
        double psi = Math.Min(1, stall / settings.IntervalNs / settings.RunnableTasks);
        double share = Math.Min(MostOfResident, settings.Section.Ratio * Math.Max(0, 1 - (psi / settings.Section.PsiTarget)));
        _owed += recorder.ResidentPages * share;
        long pages = (long)_owed;
        _owed -= pages;
        return tick with { Pages = pages };
    }
}
