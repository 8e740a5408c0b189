namespace SecondLook.Reports.Tests.Docs;

/// <summary>One worked SQL example a table, for docs/tables.md.</summary>
internal static class TableExamples
{
    /// <summary>SQL words and functions that the examples use beside column names.</summary>
    public static string[] Words { get; } =
        ["SELECT", "FROM", "WHERE", "GROUP", "ORDER", "BY", "AS", "AND", "OR", "IS", "NOT", "NULL", "LIMIT", "DESC", "HAVING", "FILTER", "ALL",
            "count", "sum", "min", "max", "avg", "round", "median", "printf", "filename", "true", "left", "coalesce", "quantile_cont", "DISTINCT", "first"];

    /// <summary>Question and query by table.</summary>
    public static SortedDictionary<string, (string Question, string Sql)> Sql { get; } = new(StringComparer.Ordinal)
    {
        ["events"] = ("How many events of each kind, and how many aging answers were young?",
            "SELECT kind, count(*) AS n, count(*) FILTER (WHERE young) AS young_answers\nFROM 'events/part-*.parquet' GROUP BY kind ORDER BY n DESC;"),
        ["memslots"] = ("How much guest memory does each VM have in data slots?",
            "SELECT vm, sum(npages) * 4096 / 1048576 AS mib FROM 'events/memslots.parquet'\nWHERE role IS NULL OR role = 'data' GROUP BY vm;"),
        ["actions"] = ("When did the capture age and evict, and what was refused?",
            "SELECT step, action, detail, rc, (end_ns - begin_ns) / 1000000 AS ms\nFROM 'events/actions.parquet' ORDER BY begin_ns;"),
        ["truth"] = ("How many distinct pages did the guest touch in each step?",
            "SELECT step, count(DISTINCT gfn) AS pages FROM 'events/truth.parquet' GROUP BY step ORDER BY step;"),
        ["residency"] = ("How many data pages were swapped at each snapshot?",
            "SELECT name, sum(npages) AS pages FROM 'events/residency.parquet'\nWHERE state = 'swapped' GROUP BY name ORDER BY name;"),
        ["snapshots"] = ("Show the generations at a snapshot.",
            "SELECT name, content FROM 'events/snapshots.parquet' WHERE file = 'lru_gen' ORDER BY name LIMIT 1;"),
        ["tasks"] = ("Which threads are vCPUs, and of which VM?",
            "SELECT tid, comm, vcpu, vm FROM 'events/tasks.parquet' WHERE role = 'vcpu' ORDER BY vm, vcpu;"),
        ["gaps"] = ("How many events were lost, and for how long, by cause?",
            "SELECT cause, count(*) AS gaps, sum(lost) AS lost_events, sum(ts_end_ns - ts_begin_ns) / 1000000 AS ms\nFROM 'events/gaps.parquet' GROUP BY cause;"),
        ["quarantine"] = ("Which lines could not be used, and why?",
            "SELECT reason, count(*) AS n, first(line) AS line_of_first, first(text) AS text_of_first\nFROM 'events/quarantine.parquet' GROUP BY reason ORDER BY n DESC;"),
        ["pages"] = ("Which page id is a guest frame?",
            "SELECT page, vm, slot, printf('0x%x', gfn) AS frame FROM 'schedule/pages.parquet' WHERE gfn = 262144;"),
        ["touches"] = ("Which pages were touched most often on one schedule?",
            "SELECT page, count(*) AS touches FROM 'schedule/touches-uniform-1.parquet'\nGROUP BY page ORDER BY touches DESC, page LIMIT 10;"),
        ["schedules"] = ("Which schedules were replayed, and how much do they cover?",
            "SELECT schedule, name, touches, round(100 * coverage, 1) AS percent FROM 'schedule/schedules.parquet' ORDER BY schedule;"),
        ["aging_passes"] = ("What did each aging pass find and miss?",
            "SELECT pass, max_seq, pages_asked, pages_young, missed_young\nFROM 'replay/mainline_6_12/aging_passes.parquet' WHERE schedule = 0 AND trigger = 'command' ORDER BY ts_ns;"),
        ["notifier_calls"] = ("How many calls came from each caller, and how many found a young entry?",
            "SELECT caller, hook, count(*) AS calls, count(*) FILTER (WHERE young) AS found_young\nFROM 'replay/mainline_6_12/notifier_calls.parquet' GROUP BY ALL ORDER BY calls DESC;"),
        ["evictions"] = ("How often was each policy wrong?",
            "SELECT filename, count(*) AS evicted, round(100.0 * count(*) FILTER (WHERE outcome = 'false_cold') / count(*), 1) AS percent\nFROM 'replay/*/evictions.parquet' WHERE schedule = 0 GROUP BY filename;"),
        ["refaults"] = ("How soon do evicted pages come back?",
            "SELECT quantile_cont(ts_ns - evicted_ns, 0.5) / 1000000 AS median_ms\nFROM 'replay/mainline_6_12/refaults.parquet' WHERE schedule = 0;"),
        ["generations"] = ("How much hot memory stood in the oldest generation?",
            "SELECT ts_ns, label, seq, anon_pages, hot_pages\nFROM 'replay/mainline_6_12/generations.parquet' WHERE schedule = 0 ORDER BY ts_ns, seq;"),
        ["reclaim_passes"] = ("What did each reclaim pass take and keep wrongly?",
            "SELECT pass, action, wanted, evicted, false_cold, false_hot\nFROM 'replay/mainline_6_12/reclaim_passes.parquet' WHERE schedule = 0 ORDER BY ts_ns;"),
        ["totals"] = ("Misses of every policy on every schedule.",
            "SELECT filename, schedule, capacity, misses, refaults, evictions\nFROM 'replay/*/totals.parquet' ORDER BY filename, capacity, schedule;"),
        ["costs"] = ("Calls by hook and lock class.",
            "SELECT filename, hook, lock, sum(calls) AS n, sum(entries_visited) AS entries\nFROM 'replay/*/costs.parquet' WHERE schedule = 0 GROUP BY ALL ORDER BY n DESC;"),
        ["error_causes"] = ("What are the errors of each policy charged to?",
            "SELECT filename, side, cause, sum(pages) AS pages\nFROM 'replay/*/error_causes.parquet' GROUP BY ALL ORDER BY filename, side, pages DESC;"),
        ["vm_totals"] = ("Who paid under each policy?",
            "SELECT filename, vm, evictions, refaults\nFROM 'replay/*/vm_totals.parquet' WHERE schedule = 0 ORDER BY filename, vm;"),
        ["demand_errors"] = ("What was asked for in vain?",
            "SELECT filename, capacity, action, error, sum(count) AS times, sum(wanted) AS wanted, sum(got) AS got\nFROM 'replay/*/demand_errors.parquet' WHERE schedule = 0 GROUP BY ALL ORDER BY filename;"),
        ["bounding_replays"] = ("How far does each way of filling a defect move the refaults of a policy?",
            "SELECT defect, filling, policy, refaults, evictions\nFROM 'replay/bounding.parquet' ORDER BY policy, defect, filling;"),
        ["ablation"] = ("What does each mechanism change on the head schedule?",
            "SELECT without, requests, evictions, refaults\nFROM 'replay/ablation.parquet' WHERE schedule = 0 ORDER BY refaults;"),
        ["ablation_slices"] = ("When does the policy without its walk take pages that come back?",
            "SELECT begin_ns, evictions, again\nFROM 'replay/ablation_slices.parquet' WHERE without = 'walk' ORDER BY begin_ns;"),
        ["metrics"] = ("One number of every policy, with its range over schedules.",
            "SELECT policy, min(value) AS low, max(value) AS high\nFROM 'metrics.parquet' WHERE metric = 'refaults_per_gib' GROUP BY policy ORDER BY low;"),
    };
}
