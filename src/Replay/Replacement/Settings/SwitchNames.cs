using System.Globalization;

namespace SecondLook.Replay.Replacement.Settings;

/// <summary>Sets switches by the names and values that job files and specifications use.</summary>
public static class SwitchNames
{
    private delegate void Setter(ReclaimSwitches switches, string value);

    private static readonly Dictionary<string, Setter> Setters = new(StringComparer.Ordinal)
    {
        ["mglru"] = (s, v) => s.Mglru = Bool(v),
        ["ref_encoding"] = (s, v) => s.RefEncoding = Enum<RefEncoding>(v, "old", "new"),
        ["fault_insert"] = (s, v) => s.FaultInsert = Enum<FaultInsert>(v, "youngest", "active_rule", "mark_accessed"),
        ["file_insert"] = (s, v) => s.FileInsert = Enum<FileInsert>(v, "2nd_oldest", "oldest", "oldest_ref_bonus"),
        ["walk_promotion"] = (s, v) => s.WalkPromotion = Enum<WalkPromotion>(v, "first_sight", "second_sight"),
        ["exec_file_first_sight"] = (s, v) => s.ExecFileFirstSight = Bool(v),
        ["rmap_second_sight"] = (s, v) => s.RmapSecondSight = Enum<RmapSecondSight>(v, "youngest", "workingset", "count_refs"),
        ["secondary_in_aging"] = (s, v) => s.SecondaryInAging = Enum<SecondaryScope>(v, "none", "all", "fast_only"),
        ["secondary_at_eviction"] = (s, v) => s.SecondaryAtEvictionFlush = Bool(v, "flush", "noflush"),
        ["look_around_trigger"] = (s, v) =>
            s.LookAroundTrigger = Enum<LookAroundTrigger>(v, "primary", "any", "primary_or_fast_secondary"),
        ["look_around_target_again"] = (s, v) => s.LookAroundTargetAgain = Enum<TargetAgain>(v, "yes", "if_notifiers", "no"),
        ["nonleaf_shortcut"] = (s, v) => s.NonleafShortcut = Enum<NonleafShortcut>(v, "always", "not_notified_or_forced", "never"),
        ["aging_need"] = (s, v) => s.AgingNeed = Enum<AgingNeed>(v, "balanced", "gen_count", "gen_count_below_12"),
        ["age_then"] = (s, v) => s.AgeThenContinue = Bool(v, "continue", "stop"),
        ["type_choice"] = (s, v) => s.TypeChoice = Enum<TypeChoice>(v, "first_tier_with_shortcuts", "sum"),
        ["tier_gain"] = (s, v) => s.TierGain = Bool(v, "1:2", "2:3") ? 1 : 2,
        ["protected_tiers"] = (s, v) => s.FirstProtectedTier = Bool(v, "1..3", "0..3") ? 1 : 0,
        ["protected_end"] = (s, v) => s.ProtectedToHead = Bool(v, "head", "tail"),
        ["min_seq_sync"] = (s, v) => s.MinSeqSync = Enum<MinSeqSync>(v, "file_follows_anon", "cap_leader"),
        ["refault_recent"] = (s, v) => s.RefaultRecent = Enum<RefaultRecent>(v, "same_min_seq", "max_seq_4"),
        ["scan_budget"] = (s, v) => s.ScanBudgetIsTarget = Bool(v, "nr_to_scan", "4096"),
        ["memcg_abort"] = (s, v) => s.MemcgAbort = Enum<MemcgAbort>(v, "other", "never", "when_enough"),
        ["initial_priority_floor"] = (s, v) => s.InitialPriorityFloor = v == "off" ? -1 : InRange(v, 0, 12),
        ["memcg_lru"] = (s, v) => s.MemcgLru = Bool(v),
        ["sort_writeback"] = (s, v) => s.SortWriteback = Enum<SortWriteback>(v, "locked_wb_dirty", "wb_dirty", "none"),
        ["walk_lock_fail_keeps_table"] = (s, v) => s.WalkLockFailKeepsTable = Bool(v),
        ["force_scan_walks_without_hw"] = (s, v) => s.ForceScanWalksWithoutHw = Bool(v),
        ["large_folio_batch"] = (s, v) => s.LargeFolioBatch = Enum<LargeFolioBatch>(v, "no", "promote_once", "harvest_run"),
        ["proactive_split"] = (s, v) => s.ProactiveSplit = Enum<ProactiveSplit>(v, "remaining", "quarter", "quarter_up"),
        ["debugfs_stale_plus"] = (s, v) => s.DebugfsStalePlus = Enum<StalePlus>(v, "ignore", "age"),
        ["isolate_clears_reclaim"] = (s, v) => s.IsolateClearsReclaim = Bool(v),
        ["mglru_wakes_flusher"] = (s, v) => s.MglruWakesFlusher = Enum<FlusherWake>(v, "no", "pass", "batch"),
        ["active_insert_clears_refs"] = (s, v) => s.ActiveInsertClearsRefs = Bool(v),
        ["count_every_refault"] = (s, v) => s.CountEveryRefault = Bool(v),
        ["ref_check_clears_first"] = (s, v) => s.RefCheckClearsFirst = Bool(v),
        ["reclaim_clean_result"] = (s, v) => s.ReclaimCleanResult = Bool(v),
        ["lazy_costs"] = (s, v) => s.LazyCosts = Bool(v),
        ["reclaim_flushes_stats"] = (s, v) => s.ReclaimFlushesStats = Bool(v),
        ["kvm_zap_marks"] = (s, v) => s.KvmZapMarks = Bool(v),
        ["zero_pages_freed_at_once"] = (s, v) => s.ZeroPagesFreedAtOnce = Bool(v),
        ["plug_looks_at_oldest"] = (s, v) => s.PlugLooksAtOldest = Bool(v),
        ["swap_cluster_slots"] = (s, v) => s.SwapClusterSlots = InRange(v, 1, 1 << 20),
        ["folio_batch_size"] = (s, v) => s.FolioBatchSize = InRange(v, 1, 4096),
        ["refs_width"] = (s, v) => s.RefsWidth = InRange(v, 0, 2),
        ["hist_gens"] = (s, v) => s.HistGens = InRange(v, 1, 4),
        ["cache_line"] = (s, v) => s.CacheLine = InRange(v, 16, 4096),
        ["bloom"] = (s, v) => s.Bloom = Enum<BloomKind>(v, "exact", "hashed", "off"),
        ["io_model"] = (s, v) => s.IoModel = Enum<IoModel>(v, "instant", "plug", "at_end"),
        ["io_max_segments"] = (s, v) => s.IoMaxSegments = InRange(v, 1, 1 << 20),
        ["batch_clears_lru"] = (s, v) => s.BatchClearsLru = Bool(v),
        ["charge_batch"] = (s, v) => s.ChargeBatch = InRange(v, 0, 4096),
        ["folio_batch_delay"] = (s, v) => s.FolioBatchDelay = Bool(v, "on", "off"),
        ["swap_write_lag"] = (s, v) => s.SwapWriteLag = Bool(v, "on", "off"),
        ["swap_readaround"] = (s, v) => s.SwapReadaround = Bool(v, "on", "off"),
        ["memcg_stat_lag"] = (s, v) => s.MemcgStatLag = Bool(v, "on", "off"),
        ["stat_flush_offset_ms"] = (s, v) => s.StatFlushOffsetMs = InRange(v, 0, 100_000),
        ["kvm_marks_accessed"] = (s, v) => s.KvmMarksAccessed = Bool(v, "on", "off"),
        ["kvm_marks_per_fault"] = (s, v) => s.KvmMarksPerFault = InRange(v, 0, 16),
        ["cap_bits"] = (s, v) => s.CapBits = InRange(v, 0, 15),
        ["arch_hw_young"] = (s, v) => s.ArchHwYoung = Bool(v),
        ["arch_nonleaf_young"] = (s, v) => s.ArchNonleafYoung = Bool(v),
        ["map_sets_nonleaf_young"] = (s, v) => s.MapSetsNonleafYoung = Bool(v),
        ["swappiness"] = (s, v) => s.Swappiness = InRange(v, 0, 200),
        ["swap_pages"] = (s, v) => s.SwapPages = InRange(v, 0, 1L << 50),
        ["min_ttl_ms"] = (s, v) => s.MinTtlMs = InRange(v, 0, uint.MaxValue),
        ["random_seed"] = (s, v) => s.RandomSeed = ulong.Parse(v, CultureInfo.InvariantCulture),
        ["zones"] = (s, v) => s.Zones = InRange(v, 1, 4),
        ["look_around"] = (s, v) => s.LookAround = Bool(v, "on", "off"),
        ["tiers"] = (s, v) => s.Tiers = Bool(v, "on", "off"),
        ["page_table_walk"] = (s, v) => s.PageTableWalk = Bool(v, "on", "off"),
        ["max_gens"] = (s, v) => s.MostGens = InRange(v, 3, 4),
    };

    /// <summary>Names that <see cref="Set"/> knows, in ordinal order.</summary>
    /// <returns>A fresh list.</returns>
    public static IReadOnlyList<string> All()
    {
        var names = new List<string>(Setters.Keys);
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    /// <summary>Sets one switch.</summary>
    /// <param name="switches">Changed in place.</param>
    /// <param name="name">Name of the switch.</param>
    /// <param name="value">Value as the profile table spells it; booleans take yes/no, on/off, true/false.</param>
    /// <exception cref="ArgumentException">Unknown name or value.</exception>
    public static void Set(ReclaimSwitches switches, string name, string value)
    {
        if (!Setters.TryGetValue(name, out Setter? setter))
        {
            throw new ArgumentException($"unknown reclaim switch '{name}'", nameof(name));
        }
        try
        {
            setter(switches, value);
        }
        catch (Exception wrong) when (wrong is FormatException or OverflowException)
        {
            throw new ArgumentException($"switch {name}: {wrong.Message}", nameof(value), wrong);
        }
    }

    private static T Enum<T>(string value, params ReadOnlySpan<string> names)
        where T : struct, Enum
    {
        int index = names.IndexOf(value);
        return index < 0
            ? throw new FormatException($"'{value}' is none of {string.Join(", ", names.ToArray())}")
            : (T)System.Enum.ToObject(typeof(T), index);
    }

    private static bool Bool(string value, string yes = "yes", string no = "no") =>
        value == yes || value is "yes" or "on" or "true"
        || (value == no || value is "no" or "off" or "false" ? false : throw new FormatException($"'{value}' is neither {yes} nor {no}"));

    private static int InRange(string value, int low, int high) => (int)InRange(value, (long)low, high);

    // The kernel refuses such a value when it is written (EINVAL, or ERANGE for a number that does not fit); here the job does.
    private static long InRange(string value, long low, long high)
    {
        bool hex = value.StartsWith("0x", StringComparison.Ordinal);
        return (hex ? long.TryParse(value.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long number)
                : long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number))
            && number >= low && number <= high
            ? number
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"'{value}' is no whole number from {low} to {high}"));
    }
}
