namespace SecondLook.Contracts.Jobs;

/// <summary>Names that a job may use, as the stages' catalogues know them; handed in by the host so that Contracts need not know the stages.</summary>
public sealed record JobVocabulary
{
    /// <summary>Policy presets and reference policies.</summary>
    public required IReadOnlyCollection<string> Presets { get; init; }

    /// <summary>Switches that a policy object may override.</summary>
    public required IReadOnlyCollection<string> Switches { get; init; }

    /// <summary>Schedule options.</summary>
    public required IReadOnlyCollection<string> ScheduleOptions { get; init; }

    /// <summary>Trace formats.</summary>
    public required IReadOnlyCollection<string> Formats { get; init; }

    /// <summary>Metrics, for thresholds.</summary>
    public required IReadOnlyCollection<string> Metrics { get; init; }

    /// <summary>Reclaim demands.</summary>
    public IReadOnlyCollection<string> Demands { get; init; } = ["as-recorded", "capacity", "proactive", "pressure"];
}
