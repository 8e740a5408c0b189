using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Jobs;

namespace SecondLook.Replay.Demands;

/// <summary>Settings of the demands <c>proactive</c> and <c>pressure</c>, with what the capture gives where the job says nothing.</summary>
/// <param name="Demand">Name of the demand.</param>
/// <param name="IntervalNs">Time between two rounds, ns.</param>
/// <param name="AgeNs">Age at which proactive reclaim takes pages, ns.</param>
/// <param name="Section">The job's section, for the rest.</param>
public sealed record ControlSettings(string Demand, long IntervalNs, long AgeNs, ReclaimSection Section)
{
    /// <summary>Demand of mglru-model.md 10.1 and 10.4.</summary>
    public const string Proactive = "proactive";

    /// <summary>Demand of mglru-model.md 10.3.</summary>
    public const string Pressure = "pressure";

    /// <summary>Tasks that share a stall: the vCPUs.</summary>
    public int RunnableTasks { get; init; } = 1;

    private const int RoundsWithoutInterval = 32;
    private const long MostRounds = 1 << 20;

    /// <summary>Settings of a job on a capture, or null when its demand has no loop.</summary>
    /// <param name="section">The job's section.</param>
    /// <param name="spanNs">Length of the trace, ns.</param>
    /// <param name="coldAgeNs">Age at which the metrics call pages cold, ns.</param>
    /// <param name="tasks">vCPUs.</param>
    /// <exception cref="UsageException">The rounds would be too many.</exception>
    public static ControlSettings? Of(ReclaimSection section, long spanNs, long coldAgeNs, int tasks = 1)
    {
        if (section.Demand is not (Proactive or Pressure))
        {
            return null;
        }
        // Fleets look every two minutes, or every six seconds at pressure; a trace of seconds is cut into as many rounds.
        long interval = section.IntervalNs ?? Math.Max(1, spanNs / RoundsWithoutInterval);
        return interval <= 0 || spanNs / interval > MostRounds
            ? throw new UsageException([$"reclaim.interval: {interval} ns over {spanNs} ns are more than {MostRounds} rounds"])
            : new ControlSettings(section.Demand, interval, section.ColdAgeNs ?? coldAgeNs, section) { RunnableTasks = Math.Max(1, tasks) };
    }

    /// <summary>The rounds of a trace.</summary>
    public List<DemandStep> Rounds(long beginNs, long endNs)
    {
        List<DemandStep> steps = [];
        StepKind kind = Demand == Proactive ? StepKind.Cold : StepKind.Free;
        for (long at = beginNs + IntervalNs; at <= endNs; at += IntervalNs)
        {
            steps.Add(new DemandStep(at, kind, 0, Demand, default));
        }
        return steps;
    }

    /// <summary>A fresh loop for one replay.</summary>
    public IReclaimControl CreateControl() => Demand == Pressure ? new PressureControl(this)
        : Section.Control == "histogram" ? new AgeHistogramControl(this)
        : new GenerationControl(this);
}
