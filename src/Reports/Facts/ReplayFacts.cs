using System.Text.Json;
using SecondLook.Contracts.Diagnostics;

namespace SecondLook.Reports.Facts;

/// <summary>What the replay says about itself beside its tables: <c>replay/replay.json</c>. A key that is missing reads as its default.</summary>
public sealed record ReplayFacts
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        PropertyNameCaseInsensitive = false,
    };

    /// <summary>Schema name and version, <c>replay/1.0</c>.</summary>
    public string Schema { get; init; } = "";

    /// <summary>Demand that was replayed: <c>as-recorded</c> or <c>capacity</c>.</summary>
    public string Demand { get; init; } = "as-recorded";

    /// <summary>Capacities of the demand <c>capacity</c>, pages, in job order; empty under as-recorded.</summary>
    public IReadOnlyList<long> Capacities { get; init; } = [];

    /// <summary>A touch sooner than this after an eviction makes it wrong, ns; the job's, or twice the median gap between harvests.</summary>
    public long HorizonNs { get; init; }

    /// <summary>Age at which cold pages are counted, ns.</summary>
    public long ColdAgeNs { get; init; }

    /// <summary>Median gap between harvests, ns; 0 when there are fewer than two.</summary>
    public long MedianGapNs { get; init; }

    /// <summary>Usual time between two answers about a page, ns; 0 when no answer is known.</summary>
    public long AnswerGapNs { get; init; }

    /// <summary>First instant replayed, ns of the trace clock.</summary>
    public long BeginNs { get; init; }

    /// <summary>Last instant replayed, ns of the trace clock.</summary>
    public long EndNs { get; init; }

    /// <summary>Harvests of the recording: passes or bursts that read accessed bits.</summary>
    public long Harvests { get; init; }

    /// <summary>Distinct data pages that occur in the first schedule.</summary>
    public long FootprintPages { get; init; }

    /// <summary>Data pages that were present before the trace began, as far as it tells.</summary>
    public long StartStateUnknownPages { get; init; }

    /// <summary>One page in so many was recorded, as the capture declares; 1 when every page was.</summary>
    public int SampledPages { get; init; } = 1;

    /// <summary>Answers and old values that contradict what was seen before: losses without a mark.</summary>
    public long Contradictions { get; init; }

    /// <summary>Steps of the trace clock that marks show, taken back.</summary>
    public long ClockStepsCorrected { get; init; }

    /// <summary>Steps back of a millisecond and more that nothing could take back.</summary>
    public long ClockStepsBack { get; init; }

    /// <summary>Events whose stamp lies less than that before the one in front of them.</summary>
    public long EventsBack { get; init; }

    /// <summary>Kinds of secondary MMU seen: <c>tdp</c>, <c>shadow</c>, <c>stage2</c>.</summary>
    public IReadOnlyList<string> Mmu { get; init; } = [];

    /// <summary>Whether the trace holds hva events alone: neither faults nor outcomes.</summary>
    public bool HvaOnly { get; init; }

    /// <summary>What the capture says that cannot be, by class.</summary>
    public IReadOnlyList<ContradictoryFacts> ContradictoryInput { get; init; } = [];

    /// <summary>Pages that the guest used within an age; null where nothing is known, or pages were left out.</summary>
    public GuestUse? GuestWorkingSet { get; init; }

    /// <summary>Where commands came from: <c>actions</c>, <c>inferred</c> or <c>none</c>.</summary>
    public string Commands { get; init; } = "";

    /// <summary>Preset that fits the recorded kernel best, or null.</summary>
    public string? RecordedPreset { get; init; }

    /// <summary>Events that decide outcomes and that this trace does not hold.</summary>
    public IReadOnlyList<string> MissingEvents { get; init; } = [];

    /// <summary>What the model leaves out for every policy, one phrase each.</summary>
    public IReadOnlyList<string> NotModelled { get; init; } = [];

    /// <summary>The policies, job order.</summary>
    public IReadOnlyList<PolicyFacts> Policies { get; init; } = [];

    /// <summary>Time replayed, ns.</summary>
    public long SpanNs => EndNs - BeginNs;

    /// <summary>Reads the file.</summary>
    /// <exception cref="ArtifactException">It is missing or not such a file.</exception>
    public static ReplayFacts Read(string path)
    {
        try
        {
            ReplayFacts facts = JsonSerializer.Deserialize<ReplayFacts>(File.ReadAllBytes(path), Options)
                ?? throw new ArtifactException(path, "null", "replay/1.x");
            return facts.Schema.StartsWith("replay/1.", StringComparison.Ordinal)
                ? facts
                : throw new ArtifactException(path, facts.Schema.Length == 0 ? "no schema name" : facts.Schema, "replay/1.x");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new ArtifactException(path, e is JsonException ? "JSON that cannot be read" : "no readable file", "replay/1.x");
        }
    }
}

/// <summary>What the guest used, whatever the policy: means over the instants right after harvests.</summary>
/// <param name="AgeNs">The age, ns.</param>
/// <param name="Instants">Number of instants.</param>
/// <param name="UsedPages">Pages used within the age.</param>
/// <param name="ColdPages">Pages used before, not within it.</param>
public sealed record GuestUse(long AgeNs, int Instants, GuestAmount UsedPages, GuestAmount ColdPages);

/// <summary>A number of pages in three kinds.</summary>
/// <param name="Expected">Expectation over all placements that agree with the trace; null where too little is known.</param>
/// <param name="Low">Proven lower bound.</param>
/// <param name="High">Proven upper bound.</param>
/// <param name="Least">Least over the schedules.</param>
/// <param name="Most">Most over the schedules.</param>
public sealed record GuestAmount(double? Expected, double Low, double High, double Least, double Most);

/// <summary>One policy of a replay.</summary>
public sealed record PolicyFacts
{
    /// <summary>Name in the job, and of the folder under <c>replay/</c>.</summary>
    public string Name { get; init; } = "";

    /// <summary>Preset it was built from.</summary>
    public string Preset { get; init; } = "";

    /// <summary>Whether it is a reference policy without generations, aging or hooks, such as <c>lru</c> and <c>opt</c>.</summary>
    public bool Reference { get; init; }

    /// <summary>Reclaim profile, such as <c>p612</c>; empty for reference policies.</summary>
    public string Profile { get; init; } = "";

    /// <summary>What the model leaves out for this policy alone.</summary>
    public IReadOnlyList<string> NotModelled { get; init; } = [];
}
