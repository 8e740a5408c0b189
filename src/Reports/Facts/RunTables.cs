using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Jobs;
using SecondLook.Contracts.Runs;
using SecondLook.Reports.Drawing;

namespace SecondLook.Reports.Facts;

/// <summary>Everything that a report is made from: the artefacts of one run folder, read once.</summary>
public sealed class RunTables
{
    private readonly Dictionary<string, PolicyReplay> _byName = new(StringComparer.Ordinal);

    private RunTables(Job job, RunFolder run)
    {
        Job = job;
        Folder = run;
        Facts = ReplayFacts.Read(Path.Combine(run.Replay, "replay.json"));
        Schedules = ScheduleFacts.Read(run);
        Calibration = CalibrationFacts.Read(run.Calibration);
        Trace = TraceFacts.Read(run);
        Bounding = BoundingFacts.Read(run);
        Ablation = AblationFacts.Read(run);
        int slot = 0;
        List<PolicyReplay> policies = [];
        foreach (PolicySpec spec in job.Policies)
        {
            PolicyFacts facts = Facts.Policies.FirstOrDefault(p => p.Name == spec.Name)
                ?? new PolicyFacts { Name = spec.Name, Preset = spec.Preset, Reference = IsReferenceName(spec.Preset) };
            if (!Directory.Exists(run.ReplayOf(facts.Name)))
            {
                throw new ArtifactException(run.ReplayOf(facts.Name), "no replay tables", $"a folder of the policy {facts.Name}");
            }
            // Only LRU and OPT are drawn as references; other simple policies compete like any other.
            bool quiet = IsReferenceName(facts.Preset);
            PolicyReplay policy = new(run, facts, new PolicyMark(quiet ? 0 : ++slot));
            policies.Add(policy);
            _byName.Add(policy.Name, policy);
        }
        Policies = [.. policies.OrderBy(p => p.Mark.IsReference ? int.MaxValue : p.Mark.Slot)];
        Unmet = Schedules.Count > 0 ? UnmetDemand.Of(this) : [];
    }

    /// <summary>What was asked for.</summary>
    public Job Job { get; }

    /// <summary>Where the artefacts are.</summary>
    public RunFolder Folder { get; }

    /// <summary>What the replay says about itself.</summary>
    public ReplayFacts Facts { get; }

    /// <summary>What ingest says about the trace.</summary>
    public TraceFacts Trace { get; }

    /// <summary>How far defects of the trace move the headline.</summary>
    public BoundingFacts Bounding { get; }

    /// <summary>Demands that policies could not meet.</summary>
    public IReadOnlyList<UnmetDemand> Unmet { get; }

    /// <summary>The ablation of a thorough run.</summary>
    public AblationFacts Ablation { get; }

    /// <summary>The model against the kernel.</summary>
    public CalibrationFacts Calibration { get; }

    /// <summary>Schedules, by id.</summary>
    public IReadOnlyList<ScheduleFacts> Schedules { get; }

    /// <summary>Policies in slot order, LRU and OPT last.</summary>
    public IReadOnlyList<PolicyReplay> Policies { get; }

    /// <summary>The schedule that heads the report: the first.</summary>
    /// <exception cref="ArtifactException">There is none.</exception>
    public ScheduleFacts Head => Schedules.Count > 0 ? Schedules[0] : throw new ArtifactException(Folder.Schedule, "no schedule", "at least one");

    /// <summary>The capacity that heads the report: the middle one of the job; null under as-recorded.</summary>
    public long? HeadCapacity => Facts.Capacities.Count == 0 ? null : Facts.Capacities[Facts.Capacities.Count / 2];

    /// <summary>Reads a run folder.</summary>
    /// <exception cref="ArtifactException">An artefact is missing, damaged or of another version.</exception>
    public static RunTables Read(Job job, RunFolder run) => new(job, run);

    /// <summary>A policy by name, or null.</summary>
    public PolicyReplay? Policy(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The policy built from a reference preset, <c>lru</c> or <c>opt</c>, or null.</summary>
    public PolicyReplay? Reference(string preset) => Policies.FirstOrDefault(p => p.Facts.Preset == preset);

    /// <summary>The head slice of a policy: first schedule, head capacity.</summary>
    public Slice HeadSlice(PolicyReplay policy) => new(this, policy, Head.Id, HeadCapacity);

    private static bool IsReferenceName(string preset) => preset is "lru" or "opt";
}
