namespace SecondLook.Replay.Replacement;

/// <summary>vmstat-like counters of one memcg or of the whole run, in base pages unless a name says otherwise.</summary>
/// <remarks>Models: enum vm_event_item and the workingset node counters. Omits: per-CPU drift; figures are exact at every instant.</remarks>
public sealed class ReclaimCounters
{
    /// <summary>Isolated for reclaim, by type (anon, file).</summary>
    public long[] PgScan { get; } = new long[2];

    /// <summary>Freed by reclaim, by type.</summary>
    public long[] PgSteal { get; } = new long[2];

    /// <summary>Isolated, by caller: kswapd, direct, proactive, khugepaged.</summary>
    public long[] PgScanBy { get; } = new long[4];

    /// <summary>Freed, by caller.</summary>
    public long[] PgStealBy { get; } = new long[4];

    /// <summary>Sorted by MGLRU, or scanned on an active list.</summary>
    public long PgRefill { get; internal set; }

    /// <summary>Activations at eviction and by mark-accessed.</summary>
    public long PgActivate { get; internal set; }

    /// <summary>Moved from active to inactive lists.</summary>
    public long PgDeactivate { get; internal set; }

    /// <summary>Isolated minus freed, by type.</summary>
    public long[] PgRotate { get; } = new long[2];

    /// <summary>Unmapped at eviction.</summary>
    public long PgUnmap { get; internal set; }

    /// <summary>Refaults, by type.</summary>
    public long[] Refault { get; } = new long[2];

    /// <summary>Refaults that activated, by type.</summary>
    public long[] WorkingsetActivate { get; } = new long[2];

    /// <summary>Refaults that restored the working set, by type.</summary>
    public long[] WorkingsetRestore { get; } = new long[2];

    /// <summary>Pages swapped in, read-around included.</summary>
    public long PswpIn { get; internal set; }

    /// <summary>Pages written to swap.</summary>
    public long PswpOut { get; internal set; }

    /// <summary>Primary page-table entries read by walks and look-around.</summary>
    public long PtesRead { get; internal set; }

    /// <summary>Young entries among <see cref="PtesRead"/>.</summary>
    public long PtesYoung { get; internal set; }

    /// <summary>Page-table pages a walk came to.</summary>
    public long TablesFound { get; internal set; }

    /// <summary>Page-table pages kept for the next walk.</summary>
    public long TablesAdded { get; internal set; }

    /// <summary>Page-table pages left out because the non-leaf entry was old.</summary>
    public long TablesSkippedNonleaf { get; internal set; }

    /// <summary>Page-table pages left out by the filter.</summary>
    public long TablesSkippedFilter { get; internal set; }

    /// <summary>Aging passes that created a generation.</summary>
    public long AgingPasses { get; internal set; }

    /// <summary>Folios promoted by walks and look-around.</summary>
    public long Promotions { get; internal set; }

    /// <summary>Eviction targets tested.</summary>
    public long RmapTests { get; internal set; }

    /// <summary>Look-around windows read.</summary>
    public long LookArounds { get; internal set; }

    /// <summary>Entries read in look-around windows.</summary>
    public long LookAroundPtes { get; internal set; }

    /// <summary>Neighbours read and not young.</summary>
    public long LookAroundWasted { get; internal set; }

    /// <summary>Times a 64-bit product of the feedback controller would have wrapped.</summary>
    public long ControllerWraps { get; internal set; }

    /// <summary>Folios moved when the oldest generation was folded into the next.</summary>
    public long Folded { get; internal set; }
}
