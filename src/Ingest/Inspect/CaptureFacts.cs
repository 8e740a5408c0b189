namespace SecondLook.Ingest.Inspect;

/// <summary>What one capture can tell, in numbers.</summary>
internal sealed class CaptureFacts
{
    public required string Name { get; init; }

    /// <summary>tdp, shadow, nested (an L2 on shadow pages beside the TDP MMU), stage2 or unknown.</summary>
    public string Mmu { get; set; } = "unknown";

    public string Kernel { get; set; } = "";

    public string Arch { get; set; } = "";

    public string Clock { get; set; } = "";

    /// <summary>Whether the trace, its folder or the user names the clock.</summary>
    public bool ClockNamed { get; set; }

    public string ClockAlignment { get; set; } = "";

    public string ClockReason { get; set; } = "";

    public string Container { get; set; } = "";

    public string SpteFormat { get; set; } = "none";

    /// <summary>Declared sampling: one page in so many was recorded; 1 when every page was.</summary>
    public int SampledPages { get; set; } = 1;

    /// <summary>What counts stand for; null when every page was recorded.</summary>
    public SampledCounts? Sampling { get; set; }

    /// <summary>Aging, eviction and other commands that the capture lists.</summary>
    public int Commands { get; set; }

    /// <summary>First to last event, ns; null when the clock has no unit.</summary>
    public long? SpanNs { get; set; }

    public long Events { get; set; }

    public int Cpus { get; set; }

    public int Vms { get; set; }

    public int Memslots { get; set; }

    /// <summary>Most pages that memslots hold at a time.</summary>
    public long GuestPages { get; set; }

    /// <summary>Swap-ins of guest pages.</summary>
    public long SwapIns { get; set; }

    /// <summary>Calls whose return value the trace has and was young.</summary>
    public long ReturnedYoung { get; set; }

    /// <summary>Calls whose return value the trace has and was not young.</summary>
    public long ReturnedOld { get; set; }

    /// <summary>Share of resident page-time in intervals of known outcome; null when it cannot be computed.</summary>
    public double? Coverage { get; set; }

    /// <summary>Reclaim profile that fits the events, or null.</summary>
    public string? Profile { get; set; }

    /// <summary>Why that profile.</summary>
    public string ProfileReason { get; set; } = "";

    /// <summary>Counts of answers and leaf events, by name of diagnostics.json.</summary>
    public SortedDictionary<string, long> Answers { get; } = new(StringComparer.Ordinal);

    /// <summary>Answers young without an access in their interval; null without ground truth.</summary>
    public long? FalseYoung { get; set; }

    /// <summary>Answers old with an access in their interval; null without ground truth.</summary>
    public long? FalseOld { get; set; }

    /// <summary>Accessed bits in old values of leaf events that agree with the true accesses since the last value; null without ground truth.</summary>
    public long? BitsRight { get; set; }

    /// <summary>Those that do not agree.</summary>
    public long? BitsWrong { get; set; }

    public long LostEvents { get; set; }

    public long LostMarks { get; set; }

    public long UndeclaredLosses { get; set; }

    public long Quarantined { get; set; }

    public SortedDictionary<string, long> EventsByName { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, long> Repairs { get; } = new(StringComparer.Ordinal);

    public List<string> Disturbers { get; } = [];

    /// <summary>Estimated share of CPU time that tracing took.</summary>
    public double? TracerOverhead { get; set; }

    /// <summary>Largest number of events in one second.</summary>
    public long PeakEventsPerSecond { get; set; }

    public bool HasTruth { get; set; }

    /// <summary>Questions with their answers: can it be told from this trace, and why.</summary>
    public List<(string Question, bool Can, string Why)> Questions { get; } = [];

    /// <summary>What to record next time.</summary>
    public List<string> Advice { get; } = [];

    public string Verdict { get; set; } = "";

    public long Count(string tracepoint) => EventsByName.GetValueOrDefault(tracepoint);

    public long Answer(string name) => Answers.GetValueOrDefault(name);
}
