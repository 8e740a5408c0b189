namespace SecondLook.Replay.Replacement.Settings;

/// <summary>The complete rule sets of the kernels read, as one table of switches, and the overlays that change single ones.</summary>
/// <remarks>
/// Models: mm/vmscan.c of 6.1.176 (p61), a 6.6 to 6.8 tree (p66), 6.12.107 (p612), 6.16 (p614), 7.2.13 (p72), 7.3.4 (p73).
/// Omits: rows marked "check" in the specification take the value it assumes.
/// </remarks>
public static class ReclaimProfiles
{
    private static readonly string[] Names = ["p61", "p66", "p612", "p614", "p72", "p73"];

    private static readonly string[][] Table =
    [
        ["ref_encoding", "old", "old", "old", "new", "new", "new"],
        ["fault_insert", "youngest", "youngest", "youngest", "active_rule", "mark_accessed", "mark_accessed"],
        ["file_insert", "2nd_oldest", "2nd_oldest", "2nd_oldest", "oldest", "oldest_ref_bonus", "oldest_ref_bonus"],
        ["walk_promotion", "first_sight", "first_sight", "first_sight", "second_sight", "second_sight", "second_sight"],
        ["exec_file_first_sight", "no", "no", "no", "no", "no", "yes"],
        ["rmap_second_sight", "youngest", "youngest", "youngest", "workingset", "count_refs", "count_refs"],
        ["secondary_in_aging", "none", "none", "all", "all", "all", "all"],
        ["secondary_at_eviction", "flush", "flush", "noflush", "noflush", "noflush", "noflush"],
        ["look_around_trigger", "primary", "primary", "any", "any", "any", "any"],
        ["look_around_target_again", "yes", "yes", "if_notifiers", "no", "no", "no"],
        ["nonleaf_shortcut", "always", "always", "not_notified_or_forced", "not_notified_or_forced", "not_notified_or_forced",
            "not_notified_or_forced"],
        ["aging_need", "balanced", "balanced", "balanced", "gen_count", "gen_count_below_12", "gen_count_below_12"],
        ["age_then", "continue", "stop", "stop", "stop", "continue", "continue"],
        ["type_choice", "first_tier_with_shortcuts", "first_tier_with_shortcuts", "first_tier_with_shortcuts", "sum", "sum", "sum"],
        ["tier_gain", "1:2", "1:2", "1:2", "2:3", "2:3", "2:3"],
        ["protected_tiers", "1..3", "1..3", "1..3", "0..3", "0..3", "0..3"],
        ["protected_end", "tail", "tail", "tail", "head", "head", "head"],
        ["min_seq_sync", "file_follows_anon", "file_follows_anon", "file_follows_anon", "cap_leader", "cap_leader", "cap_leader"],
        ["refault_recent", "same_min_seq", "same_min_seq", "same_min_seq", "max_seq_4", "max_seq_4", "max_seq_4"],
        ["scan_budget", "4096", "4096", "4096", "4096", "nr_to_scan", "nr_to_scan"],
        ["memcg_abort", "other", "never", "never", "never", "when_enough", "when_enough"],
        ["initial_priority_floor", "off", "0", "6", "6", "6", "6"],
        ["memcg_lru", "no", "yes", "yes", "yes", "yes", "yes"],
        ["sort_writeback", "locked_wb_dirty", "locked_wb_dirty", "locked_wb_dirty", "wb_dirty", "none", "none"],
        ["walk_lock_fail_keeps_table", "no", "no", "no", "yes", "yes", "yes"],
        ["force_scan_walks_without_hw", "yes", "no", "no", "no", "no", "no"],
        ["large_folio_batch", "no", "no", "no", "promote_once", "harvest_run", "harvest_run"],
        ["proactive_split", "remaining", "remaining", "quarter", "quarter", "quarter", "quarter"],
        ["debugfs_stale_plus", "ignore", "ignore", "ignore", "age", "age", "age"],
        ["isolate_clears_reclaim", "yes", "yes", "yes", "yes", "no", "no"],
        ["active_insert_clears_refs", "no", "no", "no", "no", "no", "no"],
        ["mglru_wakes_flusher", "no", "no", "no", "pass", "batch", "batch"],
        ["batch_clears_lru", "no", "no", "no", "yes", "no", "no"],
        ["count_every_refault", "no", "yes", "yes", "yes", "yes", "yes"],
        ["ref_check_clears_first", "yes", "yes", "yes", "no", "no", "no"],
        ["reclaim_clean_result", "yes", "yes", "yes", "yes", "yes", "no"],
        ["lazy_costs", "no", "no", "no", "no", "no", "yes"],
        ["reclaim_flushes_stats", "yes", "yes", "no", "no", "no", "no"],
        ["kvm_zap_marks", "yes", "yes", "yes", "no", "no", "no"],
        ["zero_pages_freed_at_once", "no", "no", "yes", "yes", "yes", "yes"],
        ["plug_looks_at_oldest", "no", "no", "yes", "yes", "yes", "yes"],
        ["swap_cluster_slots", "256", "256", "256", "512", "512", "512"],
        ["folio_batch_size", "15", "15", "31", "31", "31", "31"],
    ];

    private static readonly string[][] Overlays =
    [
        ["stable117", "sort_writeback", "none"],
        ["stable117", "isolate_clears_reclaim", "no"],
        ["stable117", "active_insert_clears_refs", "yes"],
        ["stable117", "mglru_wakes_flusher", "pass"],
        ["no_secondary", "secondary_in_aging", "none"],
        ["rmap_only", "cap_bits", "5"],
        ["series", "secondary_in_aging", "fast_only"],
        ["series", "look_around_trigger", "primary_or_fast_secondary"],
        ["series", "secondary_at_eviction", "noflush"],
        ["series", "nonleaf_shortcut", "never"],
        ["series", "cap_bits", "15"],
    ];

    /// <summary>Names of the profiles, oldest kernel first.</summary>
    public static IReadOnlyList<string> All => Names;

    /// <summary>Names of the switches that every profile sets.</summary>
    /// <returns>One name per row of the table.</returns>
    public static IReadOnlyList<string> RowNames()
    {
        var names = new string[Table.Length];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = Table[i][0];
        }
        return names;
    }

    /// <summary>The switches of a profile with overlays laid over it in order.</summary>
    /// <param name="profile">A name of <see cref="All"/>, or <c>p612b</c> for p612 with stable117.</param>
    /// <param name="overlays">Overlay names.</param>
    /// <returns>A fresh set of switches.</returns>
    /// <exception cref="ArgumentException">The profile or an overlay has no such name.</exception>
    public static ReclaimSwitches Create(string profile, params ReadOnlySpan<string> overlays)
    {
        if (profile == "p612b")
        {
            ReclaimSwitches with117 = Create("p612", overlays);
            Overlay(with117, "stable117");
            return with117;
        }
        int column = Array.IndexOf(Names, profile);
        if (column < 0)
        {
            throw new ArgumentException($"unknown profile '{profile}': one of {string.Join(", ", Names)}, p612b", nameof(profile));
        }
        var switches = new ReclaimSwitches { Profile = profile };
        foreach (string[] row in Table)
        {
            SwitchNames.Set(switches, row[0], row[column + 1]);
        }
        foreach (string overlay in overlays)
        {
            Overlay(switches, overlay);
        }
        return switches;
    }

    /// <summary>Lays one overlay over a set of switches.</summary>
    /// <param name="switches">Changed in place.</param>
    /// <param name="overlay">An overlay name.</param>
    /// <exception cref="ArgumentException">No such overlay.</exception>
    public static void Overlay(ReclaimSwitches switches, string overlay)
    {
        bool known = false;
        foreach (string[] row in Overlays)
        {
            if (row[0] == overlay)
            {
                known = true;
                SwitchNames.Set(switches, row[1], row[2]);
            }
        }
        if (!known)
        {
            throw new ArgumentException($"unknown overlay '{overlay}': stable117, no_secondary, rmap_only or series", nameof(overlay));
        }
    }
}
