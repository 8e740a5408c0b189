using SecondLook.Replay.Bounds;
using SecondLook.Replay.Hosts;
using SecondLook.Replay.Ledger;
using SecondLook.Replay.Schedules;

namespace SecondLook.Replay;

/// <summary>Replays one policy on one schedule under one demand, in memory.</summary>
/// <param name="input">The capture.</param>
/// <param name="settings">Horizon, cold age, capacities.</param>
/// <param name="seed">Seed of the job.</param>
public sealed class PolicyRun(CaptureInput input, ReplaySettings settings, ulong seed)
{
    private static readonly PolicyPlan ExactLru = new("lru", "lru", "", "", [], new Dictionary<string, string>());

    /// <summary>What the capture proves, to judge decisions by it too; null where that is not asked for.</summary>
    public TouchKnowledge? Knowledge { get; init; }

    /// <summary>Steps of the demand instead of those that the capture and the capacity give.</summary>
    public List<DemandStep>? Steps { get; init; }

    /// <summary>By how much each refault beyond those of the capture delays what follows, ns; 0: the guest's timing does not react.</summary>
    public long RefaultCostNs { get; init; }

    /// <summary>Whether every notifier call becomes a row.</summary>
    public bool LogCalls { get; init; }

    /// <summary>Whether the trace that the modelled kernel would have written is kept.</summary>
    public bool KeepTrace { get; init; }

    /// <summary>Whether the pages judged false-hot are kept, as the error ledger needs them.</summary>
    public bool KeepFalseHot { get; init; }

    /// <summary>Whether those of them are told apart that a bit older than a harvest makes look young.</summary>
    public bool KeepStale { get; init; }

    /// <summary>Runs a policy.</summary>
    /// <param name="plan">The policy.</param>
    /// <param name="schedule">Accesses.</param>
    /// <param name="scheduleId">Id of the schedule.</param>
    /// <param name="capacity">Capacity, pages; null under as-recorded.</param>
    /// <param name="cancel">Stops.</param>
    public ReplayRecord Run(PolicyPlan plan, AccessSchedule schedule, int scheduleId, long? capacity, CancellationToken cancel) =>
        Run(plan.IsReference ? null : HostSetup.Of(plan, input.Scan.Facts), plan, schedule, scheduleId, capacity, cancel);

    /// <summary>Runs a policy and charges each of its errors to a cause.</summary>
    /// <inheritdoc cref="Run(PolicyPlan, AccessSchedule, int, long?, CancellationToken)"/>
    public ReplayRecord RunWithLedger(PolicyPlan plan, AccessSchedule schedule, int scheduleId, long? capacity, CancellationToken cancel)
    {
        HostSetup? setup = plan.IsReference ? null : HostSetup.Of(plan, input.Scan.Facts);
        PolicyRun with = new(input, settings, seed) { Knowledge = Knowledge, Steps = Steps, LogCalls = LogCalls, KeepTrace = KeepTrace, KeepFalseHot = true, KeepStale = true };
        PolicyRun repaired = new(input, settings, seed) { Steps = Steps, KeepFalseHot = true };
        ReplayRecord record = with.Run(setup, plan, schedule, scheduleId, capacity, cancel);
        ErrorLedger ledger = new(record);
        // Reference policies have none of the causes: each of their errors is one that they could not avoid.
        if (setup is not null)
        {
            foreach (string cause in ErrorCause.Order)
            {
                if (Repair.Apply(cause, setup) is HostSetup next && ledger.HasErrors)
                {
                    setup = next;
                    ledger.Charge(cause, repaired.Run(setup, plan, schedule, scheduleId, capacity, cancel));
                }
            }
            if (ledger.HasErrors)
            {
                // Rounding is repaired by the exact order of last touches.
                ledger.Charge(ErrorCause.GenerationRounding, repaired.Run(null, ExactLru, schedule, scheduleId, capacity, cancel));
            }
        }
        ledger.Close();
        record.FalseHotPages!.Clear();
        record.StaleHotPages!.Clear();
        return record;
    }

    /// <summary>Runs a policy by rules of its own.</summary>
    /// <param name="setup">Rules of a kernel's policy; null for a reference policy.</param>
    /// <param name="plan">The policy.</param>
    /// <param name="schedule">Accesses.</param>
    /// <param name="scheduleId">Id of the schedule.</param>
    /// <param name="capacity">Capacity, pages; null under as-recorded.</param>
    /// <param name="cancel">Stops.</param>
    public ReplayRecord Run(HostSetup? setup, PolicyPlan plan, AccessSchedule schedule, int scheduleId, long? capacity, CancellationToken cancel)
    {
        ReplayRecord record = new()
        {
            Schedule = scheduleId,
            Capacity = capacity,
            ModelledTrace = KeepTrace && setup is not null ? new Mmu.NotifierTrace() : null,
            FalseHotPages = KeepFalseHot ? [] : null,
            StaleHotPages = KeepStale ? [] : null,
        };
        setup = setup is not null && settings.OwnMemcgs ? setup with { OwnMemcgs = true } : setup;
        ReplayRecorder recorder = new(schedule, record, input.BeginNs, input.EndNs, settings.HorizonNs, settings.ColdAgeNs, Knowledge);
        IReplayedMemory memory = setup is null
            ? new ReferenceMemory(ReplayCatalog.CreateReference(plan, schedule.First.Length, HarvestsOf(schedule)), schedule, schedule.Next.ToArray(), recorder, capacity, seed)
            : new HostMemory(input.Pages, setup, schedule, recorder, capacity, LogCalls, input.Slots);
        List<DemandStep> steps = Steps ?? (settings.Control is { } rounds ? rounds.Rounds(input.BeginNs, input.EndNs) : capacity is null ? DemandStep.AsRecorded(input.Demand) : DemandStep.Capacity(input.BeginNs, input.EndNs));
        ReplayLoop.Run(memory, schedule, new ReplayScript(steps, input.Slots.Changes, input.Scan.Mmio, Steps is null ? settings.Control?.CreateControl() : null), recorder, cancel, RefaultCostNs, input.Scan.Known);
        record.Vms = VmTotals.Of(input.Pages, schedule, record, (memory as HostMemory)?.Host);
        return record;
    }

    private int[] HarvestsOf(AccessSchedule schedule)
    {
        List<int> positions = [];
        int position = 0;
        // Commands are in order of time, and so are accesses.
        foreach (DemandStep step in DemandStep.AsRecorded(input.Demand))
        {
            while (position < schedule.Count && schedule.Accesses[position].TsNs < step.TsNs)
            {
                position++;
            }
            if (step.Kind == StepKind.Age)
            {
                positions.Add(position);
            }
        }
        return [.. positions];
    }
}
