namespace SecondLook.Replay.Replacement.Settings;

/// <summary>How buffered accesses are counted in folio flags (switch <c>ref_encoding</c>).</summary>
public enum RefEncoding
{
    /// <summary>Second access sets workingset; up to 6.13.</summary>
    Old,

    /// <summary>Fifth access sets workingset; 6.14 on.</summary>
    New,
}

/// <summary>Where a demand-faulted folio enters (switch <c>fault_insert</c>).</summary>
public enum FaultInsert
{
    /// <summary>Marked active, hence the youngest generation.</summary>
    Youngest,

    /// <summary>Marked active, and the active rule decides.</summary>
    ActiveRule,

    /// <summary>Active only with working-set history, else one mark-accessed.</summary>
    MarkAccessed,
}

/// <summary>Where a clean file folio enters (switch <c>file_insert</c>).</summary>
public enum FileInsert
{
    /// <summary>Second oldest generation.</summary>
    SecondOldest,

    /// <summary>Oldest generation, one younger with workingset.</summary>
    Oldest,

    /// <summary>Oldest generation, one younger with workingset or referenced.</summary>
    OldestRefBonus,
}

/// <summary>What a walk does with a folio seen young (switch <c>walk_promotion</c>).</summary>
public enum WalkPromotion
{
    /// <summary>Promotes at once.</summary>
    FirstSight,

    /// <summary>Marks referenced first, promotes the second time.</summary>
    SecondSight,
}

/// <summary>What the second sighting at eviction does (switch <c>rmap_second_sight</c>).</summary>
public enum RmapSecondSight
{
    /// <summary>Every sighting leads to the youngest generation.</summary>
    Youngest,

    /// <summary>Sets workingset.</summary>
    Workingset,

    /// <summary>Counts one more reference until two are seen.</summary>
    CountRefs,
}

/// <summary>Which secondary MMUs the walk and look-around ask (switch <c>secondary_in_aging</c>).</summary>
public enum SecondaryScope
{
    /// <summary>The primary page table alone.</summary>
    None,

    /// <summary>Every secondary MMU.</summary>
    All,

    /// <summary>Those that answer without blocking.</summary>
    FastOnly,
}

/// <summary>When look-around runs (switch <c>look_around_trigger</c>).</summary>
public enum LookAroundTrigger
{
    /// <summary>The target was young in the primary page table.</summary>
    Primary,

    /// <summary>The target was young anywhere.</summary>
    Any,

    /// <summary>Young in the primary, or in a secondary while a fast-capable notifier exists.</summary>
    PrimaryOrFastSecondary,
}

/// <summary>Whether look-around harvests its own target again (switch <c>look_around_target_again</c>).</summary>
public enum TargetAgain
{
    /// <summary>Yes: the loop is its first visit.</summary>
    Yes,

    /// <summary>Only where the mm has notifiers.</summary>
    IfNotifiers,

    /// <summary>No: isolated folios are skipped.</summary>
    No,
}

/// <summary>When the accessed bit of a page-table page may save reading it (switch <c>nonleaf_shortcut</c>).</summary>
public enum NonleafShortcut
{
    /// <summary>Always.</summary>
    Always,

    /// <summary>Unless the mm has notifiers or the pass is forced.</summary>
    NotNotifiedOrForced,

    /// <summary>Never; for ablation.</summary>
    Never,
}

/// <summary>When eviction wants an aging pass first (switch <c>aging_need</c>).</summary>
public enum AgingNeed
{
    /// <summary>Three generations and an unbalanced distribution.</summary>
    Balanced,

    /// <summary>Three generations.</summary>
    GenCount,

    /// <summary>Three generations below the default priority.</summary>
    GenCountBelow12,
}

/// <summary>How the type to scan is chosen (switch <c>type_choice</c>).</summary>
public enum TypeChoice
{
    /// <summary>First tiers compared, after generation and swappiness shortcuts.</summary>
    FirstTierWithShortcuts,

    /// <summary>Sums over all tiers compared.</summary>
    Sum,
}

/// <summary>How the oldest generations of the two types are tied (switch <c>min_seq_sync</c>).</summary>
public enum MinSeqSync
{
    /// <summary>File never younger than anon's oldest; both move together.</summary>
    FileFollowsAnon,

    /// <summary>A type may lead, up to two below the youngest.</summary>
    CapLeader,
}

/// <summary>Which refaults count as recent (switch <c>refault_recent</c>).</summary>
public enum RefaultRecent
{
    /// <summary>The shadow's generation is still the oldest.</summary>
    SameMinSeq,

    /// <summary>Fewer than four generations below the youngest.</summary>
    MaxSeq4,
}

/// <summary>When memcg reclaim stops early (switch <c>memcg_abort</c>).</summary>
public enum MemcgAbort
{
    /// <summary>After two generations, or when enough was reclaimed with swapping.</summary>
    Other,

    /// <summary>Never.</summary>
    Never,

    /// <summary>When enough was reclaimed.</summary>
    WhenEnough,
}

/// <summary>Which busy folios the sort moves on (switch <c>sort_writeback</c>).</summary>
public enum SortWriteback
{
    /// <summary>Locked, under writeback, or dirty file.</summary>
    LockedWbDirty,

    /// <summary>Under writeback or dirty file.</summary>
    WbDirty,

    /// <summary>None.</summary>
    None,
}

/// <summary>How large folios are harvested (switch <c>large_folio_batch</c>).</summary>
public enum LargeFolioBatch
{
    /// <summary>Entry by entry.</summary>
    No,

    /// <summary>Promoted once after the last young entry.</summary>
    PromoteOnce,

    /// <summary>One call for the folio's entries of the range.</summary>
    HarvestRun,
}

/// <summary>When generation lists wake the flusher (switch <c>mglru_wakes_flusher</c>); classic lists do after every batch of dirty pages only.</summary>
public enum FlusherWake
{
    /// <summary>Never.</summary>
    No,

    /// <summary>After a pass over a lruvec in which every file page taken was dirty; debugfs makes no such pass.</summary>
    Pass,

    /// <summary>After a batch of nothing but dirty file pages.</summary>
    Batch,
}

/// <summary>How memory.reclaim splits its request (switch <c>proactive_split</c>).</summary>
public enum ProactiveSplit
{
    /// <summary>Each call asks for all that remains.</summary>
    Remaining,

    /// <summary>Each call asks for a quarter of what remains, rounded down.</summary>
    Quarter,

    /// <summary>The same rounded up, as the shared scenarios count it; no kernel does.</summary>
    QuarterUp,
}

/// <summary>What debugfs does with an aging command for an old sequence (switch <c>debugfs_stale_plus</c>).</summary>
public enum StalePlus
{
    /// <summary>Accepts it and does nothing.</summary>
    Ignore,

    /// <summary>Ages anyway.</summary>
    Age,
}

/// <summary>How the filter of page-table pages answers (switch <c>bloom</c>).</summary>
public enum BloomKind
{
    /// <summary>A set: no false positives.</summary>
    Exact,

    /// <summary>2^15 bits, two keys, as the kernel.</summary>
    Hashed,

    /// <summary>Every table is read; for ablation.</summary>
    Off,
}

/// <summary>How long swap writes take (switch <c>io_model</c>).</summary>
public enum IoModel
{
    /// <summary>No time: a folio is freed as soon as it is unmapped.</summary>
    Instant,

    /// <summary>Requests and plug of the block layer.</summary>
    Plug,

    /// <summary>One plug without a limit: every write ends with the command or pass that started it.</summary>
    AtEnd,
}
