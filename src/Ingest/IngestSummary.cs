namespace SecondLook.Ingest;

/// <summary>What was read, for the last lines of a command.</summary>
public sealed record IngestSummary
{
    /// <summary>Rows of events, gap rows included.</summary>
    public required long Rows { get; init; }

    /// <summary>Events of tracepoints that make no rows.</summary>
    public required long OtherEvents { get; init; }

    /// <summary>Gap rows.</summary>
    public required long Gaps { get; init; }

    /// <summary>Lines or records that could not be used.</summary>
    public required long Quarantined { get; init; }

    /// <summary>Containers of the inputs, in their order.</summary>
    public required IReadOnlyList<string> Containers { get; init; }

    /// <summary>Whether an input ended early (a cut archive); what was read counts.</summary>
    public required bool Truncated { get; init; }
}
