namespace SecondLook.Replay.Mmu;

/// <summary>Who asks. The tracepoints do not say; costs are kept apart by it.</summary>
/// <remarks>
/// Models: the callers of the young and invalidation hooks, mm/rmap.c, mm/vmscan.c, mm/damon, mm/page_idle.c, mm/khugepaged.c.
/// Omits: device drivers.
/// </remarks>
public enum NotifierCaller
{
    /// <summary>Page-table walk of an aging pass.</summary>
    AgingWalk,

    /// <summary>Neighbours of a page found young.</summary>
    LookAround,

    /// <summary>Reverse-map test of a page that reclaim wants.</summary>
    Eviction,

    /// <summary>DAMON, marking pages old or checking them.</summary>
    Damon,

    /// <summary>Idle page tracking.</summary>
    PageIdle,

    /// <summary>Huge-page daemon.</summary>
    Khugepaged,

    /// <summary>Unmap, protection change, split, migration: all invalidations.</summary>
    Unmap,

    /// <summary>The guest itself, by faulting.</summary>
    Guest,

    /// <summary>The VMM: memslots, teardown.</summary>
    Vmm,
}
