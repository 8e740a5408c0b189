namespace SecondLook.Ingest.Inputs;

/// <summary>What a capture folder says about its trace beside the trace itself.</summary>
internal sealed record CaptureNotes
{
    /// <summary>Trace clock, or null.</summary>
    public string? Clock { get; init; }

    /// <summary>Kernel release, or null.</summary>
    public string? Kernel { get; init; }

    /// <summary>Architecture, or null.</summary>
    public string? Arch { get; init; }

    /// <summary>tdp, shadow or stage2, or null.</summary>
    public string? Mmu { get; init; }

    /// <summary>Declared sampling: one page in so many was recorded; null when every page was.</summary>
    public int? SampledPages { get; init; }
}
