using SecondLook.Parquet;

namespace SecondLook.Contracts.Jobs;

/// <summary>What to run: one strict JSON file, normalised (pipeline/README.md says what each key means).</summary>
public sealed record Job
{
    /// <summary>Name of the run folder's first half.</summary>
    public required string Name { get; init; }

    /// <summary>Inputs and how to read them.</summary>
    public required TraceSection Trace { get; init; }

    /// <summary>Which accesses the policies are replayed on.</summary>
    public ScheduleSection Schedule { get; init; } = new();

    /// <summary>What asks for memory, and how much.</summary>
    public ReclaimSection Reclaim { get; init; } = new();

    /// <summary>Policies, at least one, names unique.</summary>
    public required IReadOnlyList<PolicySpec> Policies { get; init; }

    /// <summary>Horizons and ages of the metrics.</summary>
    public MetricsSection Metrics { get; init; } = new();

    /// <summary>Title of the report.</summary>
    public ReportSection Report { get; init; } = new();

    /// <summary>Largest value allowed of a metric, by <c>policy.metric</c>; a violation ends the run with exit code 1.</summary>
    public IReadOnlyDictionary<string, double> Thresholds { get; init; } = new SortedDictionary<string, double>(StringComparer.Ordinal);

    /// <summary>Seed of all randomness.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Codec of Parquet artefacts as asked for; the manifest says which was used.</summary>
    public ParquetCodec Codec { get; init; } = ParquetCodec.Zstd;
}

/// <summary>Inputs of a job.</summary>
public sealed record TraceSection
{
    /// <summary>Files, capture folders, or <c>-</c> for stdin; full paths after reading.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>Memslot table given beside the trace, or null.</summary>
    public string? Memslots { get; init; }

    /// <summary>Format by name, or null to recognise it.</summary>
    public string? Format { get; init; }

    /// <summary>Reader options by name.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>Schedules of a job.</summary>
public sealed record ScheduleSection
{
    /// <summary><c>trace</c> (intervals of known outcome), <c>truth</c> (truth.csv) or <c>auto</c> (trace).</summary>
    public string Accesses { get; init; } = "auto";

    /// <summary>
    /// Options of mglru-model.md 13.3 by name; the first is the one that heads the report. <c>latest</c> is the record at the harvest grain:
    /// each touch stands at the harvest that reveals it.
    /// </summary>
    public IReadOnlyList<string> Options { get; init; } = ["latest", "earliest", "uniform", "poisson", "dense", "model"];

    /// <summary>Schedules made of each random option; half as many, rounded up, of <c>dense</c> and <c>model</c>.</summary>
    public int Seeds { get; init; } = 2;

    /// <summary>Every option with 20 seeds instead of the quick set.</summary>
    public bool Thorough { get; init; }
}

/// <summary>Reclaim demand of a job.</summary>
public sealed record ReclaimSection
{
    /// <summary><c>as-recorded</c>, <c>capacity</c>, <c>proactive</c> or <c>pressure</c>.</summary>
    public string Demand { get; init; } = "as-recorded";

    /// <summary>Capacities of the demand <c>capacity</c>: pages, bytes with a unit, or shares such as <c>50%</c> of the footprint.</summary>
    public IReadOnlyList<string> Capacities { get; init; } = ["25%", "50%", "75%"];

    /// <summary>Time between two rounds of <c>proactive</c> and <c>pressure</c>, ns; null: a thirty-second part of the trace.</summary>
    public long? IntervalNs { get; init; }

    /// <summary>Value of <see cref="Memcgs"/>: a cgroup for each VM under one root, and root reclaim when the machine is full.</summary>
    public const string PerVm = "per_vm";

    /// <summary>Whose memory the capacities of <c>capacity</c> limit: <c>one</c> cgroup of all VMs, or the machine's, with a cgroup <c>per_vm</c>.</summary>
    public string Memcgs { get; init; } = "one";

    /// <summary>Age at which <c>proactive</c> takes pages, ns; null: that of the metrics.</summary>
    public long? ColdAgeNs { get; init; }

    /// <summary>Who chooses the age under <c>proactive</c>: <c>generation</c> (it is fixed) or <c>histogram</c> (from promotions).</summary>
    public string Control { get; init; } = "generation";

    /// <summary>Promotions allowed under <c>histogram</c>, share of the working set per minute.</summary>
    public double PromotionTarget { get; init; } = 0.002;

    /// <summary>Percentile of past choices under <c>histogram</c>, 0 to 1.</summary>
    public double Percentile { get; init; } = 0.98;

    /// <summary>Time from the first access without reclaim under <c>histogram</c>, ns.</summary>
    public long StartDelayNs { get; init; }

    /// <summary>Share of resident memory asked for per round under <c>pressure</c>.</summary>
    public double Ratio { get; init; } = 0.0005;

    /// <summary>Stall at which <c>pressure</c> asks for nothing, share of time.</summary>
    public double PsiTarget { get; init; } = 0.001;

    /// <summary>What a refault costs under <c>pressure</c>, ns.</summary>
    public long FaultCostNs { get; init; } = 100_000;
}

/// <summary>One policy of a job: a preset and the switches it overrides.</summary>
/// <param name="Name">Name in the report and of the folder under <c>replay/</c>.</param>
/// <param name="Preset">Preset of product.md section 3, or a reference policy.</param>
/// <param name="Switches">Overrides by switch name.</param>
public sealed record PolicySpec(string Name, string Preset, IReadOnlyDictionary<string, string> Switches);

/// <summary>Settings of the metrics.</summary>
public sealed record MetricsSection
{
    /// <summary>A touch sooner than this after an eviction makes it wrong, ns; null = twice the median gap between harvests.</summary>
    public long? HorizonNs { get; init; }

    /// <summary>Age at which cold bytes are stated, ns; null = twice the median gap between harvests.</summary>
    public long? ColdAgeNs { get; init; }
}

/// <summary>Settings of the report.</summary>
public sealed record ReportSection
{
    /// <summary>Title; null = the name of the input.</summary>
    public string? Title { get; init; }

    /// <summary>Each kernel's policy also writes, on the head schedule, the trace that the modelled kernel would have written.</summary>
    public bool ModelledTrace { get; init; }
}
