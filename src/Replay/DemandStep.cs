using SecondLook.Replay.Demands;

namespace SecondLook.Replay;

/// <summary>What happens at one instant of a replay beside the guest's accesses.</summary>
public enum StepKind : byte
{
    /// <summary>An aging command.</summary>
    Age,

    /// <summary>A number of pages is to be taken.</summary>
    Free,

    /// <summary>Nothing; the state is judged.</summary>
    Judge,

    /// <summary>Aging, then pages that are older than an age are to be taken.</summary>
    Cold,
}

/// <summary>One step of a reclaim demand.</summary>
/// <param name="TsNs">When.</param>
/// <param name="Kind">What.</param>
/// <param name="Pages">Pages to take.</param>
/// <param name="Action">Word for the tables: <c>aging</c>, <c>evict</c>, <c>reclaim</c>, <c>pressure</c> or <c>capacity</c>.</param>
/// <param name="Command">The recorded command behind it; default for none.</param>
public readonly record struct DemandStep(long TsNs, StepKind Kind, long Pages, string Action, RecordedCommand Command)
{
    private const int CapacityJudgements = 64;

    /// <summary>Age of <see cref="StepKind.Cold"/>, ns; <see cref="long.MaxValue"/> takes nothing.</summary>
    public long AgeNs { get; init; }

    /// <summary>Steps of <c>as-recorded</c>: aging commands as they came, and as many pages freed as the recorded kernel freed, at the same instants.</summary>
    public static List<DemandStep> AsRecorded(RecordedDemand demand)
    {
        List<DemandStep> steps = [];
        foreach (RecordedCommand command in demand.Commands)
        {
            switch (command.Kind)
            {
                case CommandKind.Age when command.Rc == 0:
                    steps.Add(new DemandStep(command.BeginNs, StepKind.Age, 0, "aging", command));
                    break;
                case CommandKind.Evict or CommandKind.Reclaim or CommandKind.Pressure:
                    string action = command.Kind switch { CommandKind.Evict => "evict", CommandKind.Reclaim => "reclaim", _ => "pressure" };
                    steps.Add(new DemandStep(command.BeginNs, StepKind.Free, command.Unmapped, action, command));
                    break;
            }
        }
        return steps;
    }

    /// <summary>Steps of <c>capacity</c>: instants at which the state is judged, evenly spread.</summary>
    public static List<DemandStep> Capacity(long beginNs, long endNs)
    {
        List<DemandStep> steps = [];
        for (int i = 1; i <= CapacityJudgements; i++)
        {
            long at = beginNs + (long)((double)(endNs - beginNs) / CapacityJudgements * i);
            steps.Add(new DemandStep(at, StepKind.Judge, 0, "capacity", default));
        }
        return steps;
    }
}
