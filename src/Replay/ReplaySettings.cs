using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Jobs;
using SecondLook.Replay.Demands;
using SecondLook.Replay.Hosts;
using SecondLook.Replay.Schedules;

namespace SecondLook.Replay;

/// <summary>Numbers that a job leaves to the capture: horizons, ages, capacities.</summary>
/// <param name="HorizonNs">A touch sooner than this after an eviction makes it wrong, ns.</param>
/// <param name="ColdAgeNs">Age at which pages count as cold, ns.</param>
/// <param name="Capacities">Capacities, pages, in job order; empty under as-recorded.</param>
/// <param name="FootprintPages">Distinct pages of the first schedule.</param>
/// <param name="GapNs">Time between two harvests, ns; 0 when none can be told.</param>
public sealed record ReplaySettings(long HorizonNs, long ColdAgeNs, IReadOnlyList<long> Capacities, long FootprintPages, long GapNs)
{
    /// <summary>The loop of the demands <c>proactive</c> and <c>pressure</c>; null under the others.</summary>
    public ControlSettings? Control { get; init; }

    /// <summary>Each VM has a cgroup of its own, and capacities are the machine's.</summary>
    public bool OwnMemcgs { get; init; }

    /// <summary>How long a moment of a page lies between two answers about it, ns; 0 when no answer is known.</summary>
    public long AnswerGapNs { get; init; }

    private const int GapsOfHorizon = 2;
    private const long FleetHorizonNs = 120_000_000_000;
    private const int HorizonsOfLongTrace = 20;
    private const int SharesWithoutHarvests = 10;

    /// <summary>Whether the demand is <c>capacity</c>.</summary>
    public bool IsCapacity => Capacities.Count > 0;

    /// <summary>The capacity that heads the report: the middle one; null under as-recorded.</summary>
    public long? HeadCapacity => IsCapacity ? Capacities[Capacities.Count / 2] : null;

    /// <summary>Settings of a job on a capture.</summary>
    /// <exception cref="UsageException">A capacity is not a size.</exception>
    public static ReplaySettings Of(Job job, CaptureInput input, AccessSchedule head)
    {
        long gap = HarvestGap.Of(input);
        long span = input.EndNs - input.BeginNs;
        // Without two harvests there is no natural unit of time; a tenth of the trace stands in. Long traces are judged as fleets are.
        long natural = gap > 0 ? GapsOfHorizon * gap : Math.Max(1, span / SharesWithoutHarvests);
        natural = natural < FleetHorizonNs && span >= HorizonsOfLongTrace * FleetHorizonNs ? FleetHorizonNs : natural;
        List<long> capacities = [];
        List<string> problems = [];
        if (string.Equals(job.Reclaim.Demand, "capacity", StringComparison.Ordinal))
        {
            foreach (string text in job.Reclaim.Capacities)
            {
                if (Quantities.TryPages(text, Math.Max(1, head.FootprintPages), out long pages))
                {
                    capacities.Add(pages);
                }
                else
                {
                    problems.Add($"reclaim.capacities: '{text}' is no size; write pages, bytes with a unit, or a share such as 50%");
                }
            }
        }
        return problems.Count > 0
            ? throw new UsageException(problems)
            : new ReplaySettings(job.Metrics.HorizonNs ?? natural, job.Metrics.ColdAgeNs ?? natural, capacities, head.FootprintPages, gap)
            {
                AnswerGapNs = HarvestGap.BetweenAnswers(input),
                OwnMemcgs = capacities.Count > 0 && string.Equals(job.Reclaim.Memcgs, ReclaimSection.PerVm, StringComparison.Ordinal),
                Control = ControlSettings.Of(job.Reclaim, span, job.Metrics.ColdAgeNs ?? natural, HostSetup.VcpusOf(input.Scan.Facts)),
            };
    }
}
