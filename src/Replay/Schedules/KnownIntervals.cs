namespace SecondLook.Replay.Schedules;

/// <summary>What a capture says about one interval of one page.</summary>
public enum IntervalOutcome : byte
{
    /// <summary>Not touched.</summary>
    Old,

    /// <summary>Touched at least once.</summary>
    Young,

    /// <summary>The capture does not say.</summary>
    Unknown,
}

/// <summary>What ended an interval.</summary>
public enum IntervalEnd : byte
{
    /// <summary>A harvest cleared the accessed bit.</summary>
    Clear,

    /// <summary>The entry was removed, with its accessed bit in the old value.</summary>
    Zap,

    /// <summary>The page was unmapped, and the capture has no accessed bit of it.</summary>
    Unmap,

    /// <summary>The capture ended.</summary>
    TraceEnd,
}

/// <summary>How an exact access is known.</summary>
public enum TouchOrigin : byte
{
    /// <summary>truth.csv.</summary>
    Truth,

    /// <summary>A map or a fault.</summary>
    Fault,

    /// <summary>The accessed bit of a removed entry; the instant is chosen.</summary>
    Zap,

    /// <summary>A young answer; the instant is chosen.</summary>
    Interval,

    /// <summary>Added at the fitted rate where the capture says nothing.</summary>
    Model,
}

/// <summary>One interval (begin, end] of a page, or of the pages under one huge leaf.</summary>
/// <param name="Page">First page.</param>
/// <param name="Pages">1, or the number of pages that share one accessed bit.</param>
/// <param name="BeginNs">Last known clear or map; <see cref="long.MinValue"/> when the page was present before the capture began.</param>
/// <param name="BeginSeq">Event that began it.</param>
/// <param name="EndNs">What ended it.</param>
/// <param name="EndSeq">Event that ended it.</param>
/// <param name="Outcome">What is known.</param>
/// <param name="End">What ended it.</param>
/// <param name="HasPoint">Whether an exact access (map or fault) explains a young answer; no further access is to be added.</param>
public readonly record struct KnownInterval(
    int Page, int Pages, long BeginNs, long BeginSeq, long EndNs, long EndSeq, IntervalOutcome Outcome, IntervalEnd End, bool HasPoint);

/// <summary>An access whose instant the capture tells.</summary>
/// <param name="Page">Dense page id.</param>
/// <param name="TsNs">When.</param>
/// <param name="Seq">Event that tells.</param>
/// <param name="Write">Whether it is known to be a write.</param>
public readonly record struct AccessPoint(int Page, long TsNs, long Seq, bool Write);

/// <summary>One page that the host took away, as an unmap event told.</summary>
/// <param name="Page">Dense page id.</param>
/// <param name="TsNs">When.</param>
/// <param name="Single">Whether the event named this page alone; a wider range may be a split or a change of protection.</param>
public readonly record struct RecordedUnmap(int Page, long TsNs, bool Single);

/// <summary>Everything that a capture proves about the guest's accesses (inference.md section 3).</summary>
public sealed class KnownIntervals
{
    /// <summary>Name in <see cref="Counts"/> of events about a frame of several VMs that name none.</summary>
    public const string UnknownVm = "vm_unknown";

    /// <summary>All intervals in order of their end.</summary>
    public required IReadOnlyList<KnownInterval> Intervals { get; init; }

    /// <summary>All exact accesses in order of time.</summary>
    public required IReadOnlyList<AccessPoint> Points { get; init; }

    /// <summary>Pages unmapped, in order of time.</summary>
    public required IReadOnlyList<RecordedUnmap> Unmaps { get; init; }

    /// <summary>First stamp of the capture, ns.</summary>
    public required long FirstNs { get; init; }

    /// <summary>Last stamp of the capture, ns.</summary>
    public required long LastNs { get; init; }

    /// <summary>Sum over pages of the time resident, page ns.</summary>
    public required double ResidentPageNs { get; init; }

    /// <summary>Of that, in intervals of known outcome, page ns.</summary>
    public required double KnownPageNs { get; init; }

    /// <summary>Answers and old values that contradict what was seen before, each treated as if a gap lay before it.</summary>
    public required long Contradictions { get; init; }

    /// <summary>Counts of what was met, by name.</summary>
    public required IReadOnlyDictionary<string, long> Counts { get; init; }

    /// <summary>The same with other intervals in place of its own.</summary>
    public KnownIntervals With(IReadOnlyList<KnownInterval> intervals) => new()
    {
        Intervals = intervals,
        Points = Points,
        Unmaps = Unmaps,
        FirstNs = FirstNs,
        LastNs = LastNs,
        ResidentPageNs = ResidentPageNs,
        KnownPageNs = KnownPageNs,
        Contradictions = Contradictions,
        Counts = Counts,
    };

    /// <summary>Share of resident page-time in intervals of known outcome, 0 to 1; null when nothing was resident.</summary>
    public double? Coverage => ResidentPageNs > 0 ? KnownPageNs / ResidentPageNs : null;
}
