using System.Globalization;

namespace SecondLook.Replay.Replacement.Settings;

/// <summary>Every rule of the reclaim model that differs between kernels or can be switched, as one record.</summary>
/// <remarks>
/// Models: the differences between mm/vmscan.c, mm/swap.c and mm/workingset.c of 6.1, 6.6, 6.12, 6.14, 7.2 and 7.3.
/// Omits: differences that change no result of a single-threaded replay.
/// </remarks>
public sealed class ReclaimSwitches
{
    /// <summary>Lists in use: generations (true) or active and inactive (false).</summary>
    public bool Mglru { get; set; } = true;

    /// <summary>Name of the profile the switches were taken from.</summary>
    public string Profile { get; set; } = "";

    /// <summary>Switch <c>ref_encoding</c>.</summary>
    public RefEncoding RefEncoding { get; set; }

    /// <summary>Switch <c>fault_insert</c>.</summary>
    public FaultInsert FaultInsert { get; set; }

    /// <summary>Switch <c>file_insert</c>.</summary>
    public FileInsert FileInsert { get; set; }

    /// <summary>Switch <c>walk_promotion</c>.</summary>
    public WalkPromotion WalkPromotion { get; set; }

    /// <summary>Switch <c>exec_file_first_sight</c>.</summary>
    public bool ExecFileFirstSight { get; set; }

    /// <summary>Switch <c>rmap_second_sight</c>.</summary>
    public RmapSecondSight RmapSecondSight { get; set; }

    /// <summary>Switch <c>secondary_in_aging</c>.</summary>
    public SecondaryScope SecondaryInAging { get; set; }

    /// <summary>Switch <c>secondary_at_eviction</c>: true for the flushing call.</summary>
    public bool SecondaryAtEvictionFlush { get; set; }

    /// <summary>Switch <c>look_around_trigger</c>.</summary>
    public LookAroundTrigger LookAroundTrigger { get; set; }

    /// <summary>Switch <c>look_around_target_again</c>.</summary>
    public TargetAgain LookAroundTargetAgain { get; set; }

    /// <summary>Switch <c>nonleaf_shortcut</c>.</summary>
    public NonleafShortcut NonleafShortcut { get; set; }

    /// <summary>Switch <c>aging_need</c>.</summary>
    public AgingNeed AgingNeed { get; set; }

    /// <summary>Switch <c>age_then</c>: true where eviction goes on after an aging pass.</summary>
    public bool AgeThenContinue { get; set; }

    /// <summary>Switch <c>type_choice</c>.</summary>
    public TypeChoice TypeChoice { get; set; }

    /// <summary>Switch <c>tier_gain</c>: the first figure (1 or 2); the second is one more.</summary>
    public int TierGain { get; set; }

    /// <summary>Switch <c>protected_tiers</c>: the lowest tier counted as protected, 0 or 1.</summary>
    public int FirstProtectedTier { get; set; }

    /// <summary>Switch <c>protected_end</c>: true where protected folios go to the head.</summary>
    public bool ProtectedToHead { get; set; }

    /// <summary>Switch <c>min_seq_sync</c>.</summary>
    public MinSeqSync MinSeqSync { get; set; }

    /// <summary>Switch <c>refault_recent</c>.</summary>
    public RefaultRecent RefaultRecent { get; set; }

    /// <summary>Switch <c>scan_budget</c>: true where the batch scans at most the folios asked for.</summary>
    public bool ScanBudgetIsTarget { get; set; }

    /// <summary>Switch <c>memcg_abort</c>.</summary>
    public MemcgAbort MemcgAbort { get; set; }

    /// <summary>Switch <c>initial_priority_floor</c>; -1 is off.</summary>
    public int InitialPriorityFloor { get; set; }

    /// <summary>Switch <c>memcg_lru</c>.</summary>
    public bool MemcgLru { get; set; }

    /// <summary>Switch <c>sort_writeback</c>.</summary>
    public SortWriteback SortWriteback { get; set; }

    /// <summary>Switch <c>walk_lock_fail_keeps_table</c>.</summary>
    public bool WalkLockFailKeepsTable { get; set; }

    /// <summary>Switch <c>force_scan_walks_without_hw</c>.</summary>
    public bool ForceScanWalksWithoutHw { get; set; }

    /// <summary>Switch <c>large_folio_batch</c>.</summary>
    public LargeFolioBatch LargeFolioBatch { get; set; }

    /// <summary>Switch <c>proactive_split</c>.</summary>
    public ProactiveSplit ProactiveSplit { get; set; }

    /// <summary>Switch <c>debugfs_stale_plus</c>.</summary>
    public StalePlus DebugfsStalePlus { get; set; }

    /// <summary>Switch <c>isolate_clears_reclaim</c>.</summary>
    public bool IsolateClearsReclaim { get; set; }

    /// <summary>Switch <c>active_insert_clears_refs</c>, with the other flag effects of overlay stable117.</summary>
    public bool ActiveInsertClearsRefs { get; set; }

    /// <summary>Switch <c>mglru_wakes_flusher</c>.</summary>
    public FlusherWake MglruWakesFlusher { get; set; }

    /// <summary>Spare flag bits that count accesses (REFS_WIDTH), 0 to 2.</summary>
    public int RefsWidth { get; set; } = 2;

    /// <summary>History slots of the feedback counters, 1 or 4.</summary>
    public int HistGens { get; set; } = 1;

    /// <summary>Bytes of a cache line; decides when a table is worth reading again.</summary>
    public int CacheLine { get; set; } = 64;

    /// <summary>Switch <c>bloom</c>.</summary>
    public BloomKind Bloom { get; set; }

    /// <summary>Switch <c>io_model</c>.</summary>
    public IoModel IoModel { get; set; }

    /// <summary>Most pages one swap request may gather.</summary>
    public int IoMaxSegments { get; set; } = 254;

    /// <summary>Switch <c>folio_batch_delay</c>: per-CPU insertion batches are visible.</summary>
    public bool FolioBatchDelay { get; set; }

    /// <summary>Switch <c>batch_clears_lru</c>: a folio in a batch that moves it cannot be isolated (6.11 to 6.16, 6.12 up to .48); in others it can, but not be freed.</summary>
    public bool BatchClearsLru { get; set; }

    /// <summary>Entries of one per-CPU batch.</summary>
    public int FolioBatchSize { get; set; } = 31;

    /// <summary>Switch <c>charge_batch</c>: pages that a CPU charges to a memcg at once, 64 in the kernel; 0 charges page by page.</summary>
    public int ChargeBatch { get; set; }

    /// <summary>Switch <c>swap_write_lag</c>: writes issued at the end of a pass over generations end with the next batch, not at once.</summary>
    public bool SwapWriteLag { get; set; } = true;

    /// <summary>Switch <c>swap_readaround</c>.</summary>
    public bool SwapReadaround { get; set; }

    /// <summary>Switch <c>memcg_stat_lag</c>: balance rules read statistics of the last flush.</summary>
    public bool MemcgStatLag { get; set; } = true;

    /// <summary>Switch <c>stat_flush_offset_ms</c>: when the periodic flusher first ran, less one period, in ms of the trace clock.</summary>
    public int StatFlushOffsetMs { get; set; } = 350;

    /// <summary>Switch <c>reclaim_flushes_stats</c>: each pass over classic lists first flushes statistics if enough has changed (before 6.12).</summary>
    public bool ReclaimFlushesStats { get; set; }

    /// <summary>Switch <c>kvm_marks_accessed</c>: KVM and the page lookup mark pages on guest faults.</summary>
    public bool KvmMarksAccessed { get; set; } = true;

    /// <summary>Bits of lru_gen/enabled.</summary>
    public int CapBits { get; set; } = 7;

    /// <summary>Hardware sets the accessed bit of leaf entries.</summary>
    public bool ArchHwYoung { get; set; } = true;

    /// <summary>Hardware sets the accessed bit of non-leaf entries.</summary>
    public bool ArchNonleafYoung { get; set; } = true;

    /// <summary>A software map makes the non-leaf entry above it accessed too.</summary>
    public bool MapSetsNonleafYoung { get; set; } = true;

    /// <summary>Guest faults mark once more (arm64 6.1 marks twice per fault).</summary>
    public int KvmMarksPerFault { get; set; } = 1;

    /// <summary>Default swappiness, 0 to 200.</summary>
    public int Swappiness { get; set; } = 60;

    /// <summary>Free swap pages at start.</summary>
    public long SwapPages { get; set; } = 1L << 40;

    /// <summary>lru_gen/min_ttl_ms.</summary>
    public long MinTtlMs { get; set; }

    /// <summary>Seed of the bins of the memcg LRU.</summary>
    public ulong RandomSeed { get; set; } = 1;

    /// <summary>Zones per lruvec.</summary>
    public int Zones { get; set; } = 1;

    /// <summary>Ablation: look-around reads no neighbour.</summary>
    public bool LookAround { get; set; } = true;

    /// <summary>Ablation: tiers protect nothing.</summary>
    public bool Tiers { get; set; } = true;

    /// <summary>Classic lists: pages of the file type that lru_note_cost takes lazily (7.3).</summary>
    public bool LazyCosts { get; set; }

    /// <summary>Classic and old generations: a referenced clean file folio without young entries is told apart (up to 7.2).</summary>
    public bool ReclaimCleanResult { get; set; } = true;

    /// <summary>The reference check clears the referenced flag before its first two rows (up to 6.13).</summary>
    public bool RefCheckClearsFirst { get; set; } = true;

    /// <summary>KVM zap of an accessed entry marks the folio (x86 up to 6.12).</summary>
    public bool KvmZapMarks { get; set; }

    /// <summary>A page of zeros takes a slot but no write (6.12 on).</summary>
    public bool ZeroPagesFreedAtOnce { get; set; }

    /// <summary>Kernel counts refaults that are not recent and activates of restored ones (6.6 on).</summary>
    public bool CountEveryRefault { get; set; } = true;

    /// <summary>The plug issues when the oldest (true) or newest (false) waiting request is long.</summary>
    public bool PlugLooksAtOldest { get; set; } = true;

    /// <summary>Slots of a swap cluster: 256 up to 6.13, 512 later.</summary>
    public int SwapClusterSlots { get; set; } = 256;

    /// <summary>Ablation: off, no aging pass reads a page table, forced or not.</summary>
    public bool PageTableWalk { get; set; } = true;

    /// <summary>Ablation: most generations that exist at once, 3 or 4 (MAX_NR_GENS is 4 in every kernel).</summary>
    public int MostGens { get; set; } = 4;

    /// <summary>Aging walks read page tables without being forced.</summary>
    public bool LeafWalk => PageTableWalk && (CapBits & 2) != 0 && ArchHwYoung;

    /// <summary>Effective non-leaf young bit.</summary>
    public bool NonleafYoung => (CapBits & 4) != 0 && ArchNonleafYoung;

    /// <summary>True for the encoding of 6.14 on.</summary>
    public bool IsNew => RefEncoding == RefEncoding.New;

    /// <summary>Value of bits as lru_gen/enabled prints it.</summary>
    /// <returns>Four hexadecimal digits after 0x.</returns>
    public string EnabledText() => string.Create(
        CultureInfo.InvariantCulture, $"0x{(CapBits & 1) | (LeafWalk ? 2 : 0) | (NonleafYoung ? 4 : 0):x4}");

    /// <summary>A copy that can be changed alone.</summary>
    /// <returns>The copy.</returns>
    public ReclaimSwitches Clone() => (ReclaimSwitches)MemberwiseClone();
}
