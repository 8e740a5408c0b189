namespace SecondLook.Reports.Facts;

/// <summary>One class of contradictory input.</summary>
public sealed record ContradictoryFacts
{
    /// <summary>Unmaps of ranges that belong to no memslot: the VMM's own memory does that, and no guest page is touched.</summary>
    public const string UnmapOutsideSlots = "unmap_outside_memslots";

    /// <summary>Name of the class.</summary>
    public string Class { get; init; } = "";

    /// <summary>How often.</summary>
    public long Count { get; init; }

    /// <summary>The first places.</summary>
    public IReadOnlyList<ContradictoryPlace> First { get; init; } = [];
}

/// <summary>Where a contradiction was met.</summary>
public sealed record ContradictoryPlace
{
    /// <summary>Number of the event in the dataset, or row of the side table.</summary>
    public long Event { get; init; }

    /// <summary>Its time, ns of the trace clock.</summary>
    public long TsNs { get; init; }
}
