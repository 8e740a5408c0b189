using System.Globalization;
using System.Text;

namespace SecondLook.Pipeline.Tests.Validation;

/// <summary>Rules R2, R3, R7 to R10 and R12 of inference.md section 2 on every genuine capture without losses, and its table 2.</summary>
public sealed class CallsPredictedTests
{
    // Pages that reclaim kept for other reasons, and calls that can be parsed in two ways (R7: 44 of 16,494).
    private const double MostKeptOld = 0.003;

    // Frames that had another owner before: their insertion event is the former owner's.
    private const double MostOther = 0.001;

    /// <summary>Rows of table 2 without the column of windows; null where ours differs for a reason that the page names.</summary>
    private static readonly Dictionary<string, string> Table2 = new(StringComparer.Ordinal)
    {
        ["v1-tdp-mglru-k61-small"] = "0 | 0 / 0 | 0 / 0 / 0 | 0 | 685 / 0 | 1665 / 0",
        ["v1-tdp-mglru-k612-small"] = "8 | 6393 / 6241 | 0 / 152 / 0 | 0 | 894 / 0 | 13 / 0",
        ["v1-tdp-mglru-k72-small"] = "8 | 6382 / 6077 | 57 / 248 / 0 | 0 | 1165 / 0 | 90 / 0",
        ["v12-paced-tdp-mglru-k612"] = "66 | 268376 / 268376 | 0 / 0 / 0 | 0 | 14666 / 0 | 0 / 0",
        ["v2-tdp-classic-k612-small"] = "0 | 0 / 0 | 0 / 0 / 0 | 0 | 1580 / 0 | 560 / 0",
        ["v2-tdp-classic-k72-small"] = "0 | 0 / 0 | 0 / 0 / 0 | 0 | 1571 / 0 | 595 / 0",
        ["v9-pressure-classic-k72"] = "0 | 0 / 0 | 0 / 0 / 0 | 0 | 11738 / 0 | 8366 / 2",
    };

    /// <summary>The columns of walks of table 2 where the trace tells every entry of 4 KiB: counted as the table counts, its numbers come out.</summary>
    private static readonly Dictionary<string, string> Table2Walks = new(StringComparer.Ordinal)
    {
        ["v1-tdp-mglru-k612-small"] = "8 | 6393 / 6241 | 0 / 152 / 0 | 0",
        ["v1-tdp-mglru-k72-small"] = "8 | 6382 / 6077 | 57 / 248 / 0 | 0",
        ["v12-paced-tdp-mglru-k612"] = "66 | 268376 / 268376 | 0 / 0 / 0 | 0",
        ["v4-long-k72"] = "33 | 468209 / 418176 | 484 / 49549 / 0 | 0",
        ["v9-pressure-mglru-k72"] = "34 | 93236 / 74665 | 1616 / 17057 / 0 | 102",
    };

    [Fact]
    public void GenuineCaptures_CallsOfWalksTargetsAndLookAround_FollowTheRules()
    {
        StringBuilder rows = new("| capture | walks | pages present / asked | not asked: in an insertion batch (or no event to tell) / whole table skipped / other | asked, not expected | windows exact / all | unmap after: old or not mapped / young | kept or looked around after: young / old | active list: young / old / unmapped | entries cleared / outside a call | first clears after a map / of them old |\n|---|---|---|---|---|---|---|---|---|---|---|\n");
        List<string> wrong = [];
        (long Kept, long Old) kept = default;
        Dictionary<string, LongRuns> runs = new(StringComparer.Ordinal);
        foreach (string name in CaptureUnderTest.Names)
        {
            using CaptureUnderTest capture = CaptureUnderTest.Open(name);
            if (capture.Input.Gaps.Count > 0)
            {
                continue;
            }
            CallsPredicted c = new(capture);
            string walks = string.Create(CultureInfo.InvariantCulture, $"{c.Walks} | {c.Present} / {c.Asked} | {c.InInsertionBatch} / {c.TableSkipped} / {c.Other} | {c.NotExpected}");
            bool told = capture.HasSpteEvents;
            string targets = string.Create(CultureInfo.InvariantCulture, $"{c.UnmappedOld} / {c.UnmappedYoung} | {(told ? $"{c.KeptYoung} / {c.KeptOld}" : $"{c.KeptYoung + c.KeptOld}, answers not told")}");
            rows.Append(CultureInfo.InvariantCulture, $"| {name} | {walks} | {c.WindowsExact} / {c.Windows} | {targets} | {c.ActiveYoung} / {c.ActiveOld} / {c.ActiveUnmapped} | {c.Cleared} / {c.Orphans} | {c.FirstClears.All} / {c.FirstClears.Old} |\n");
            void Rule(bool holds, string words)
            {
                if (!holds)
                {
                    wrong.Add($"{name}: {words}");
                }
            }
            Rule(!told || (c.Cleared > 0 && c.FirstClears.All > 0), "R2, R3: nothing was cleared");
            Rule(c.Orphans == 0, $"R2: {c.Orphans} entries cleared outside a call");
            Rule(c.FirstClears.Old == 0, $"R3: {c.FirstClears.Old} first clears after a map answered old");
            Rule(c.UnmappedYoung == 0, $"R7: {c.UnmappedYoung} pages answered young and were unmapped");
            Rule(c.ActiveUnmapped == 0, $"R8: {c.ActiveUnmapped} pages of an active list were unmapped");
            Rule(c.Other <= MostOther * c.Present, $"R9: {c.Other} present pages were not asked and nothing says why");
            Rule(c.NotExpected == 0 || ChangesMappings(capture), $"R9: {c.NotExpected} pages asked that are not mapped");
            Rule(c.TableSkippedForced == 0, $"R10: {c.TableSkippedForced} pages of whole tables left out by forced passes");
            Rule(!told || c.WindowsExact == c.Windows, $"R12: {c.Windows - c.WindowsExact} windows of look-around are not those of the rule");
            Rule(!Table2.TryGetValue(name, out string? row) || row == $"{walks} | {targets}", $"table 2: {walks} | {targets}, expected {row}");
            if (Table2Walks.TryGetValue(name, out string? counted))
            {
                runs[name] = new LongRuns(capture);
                Rule(runs[name].Row == counted, $"table 2, its own rule: {runs[name].Row}, expected {counted}");
                Rule(runs[name].InsideBatches.All(r => 2 * r.Calls < r.InTables), "R9: a run inside a batch asks most of its tables");
            }
            kept = told ? (kept.Kept + c.KeptYoung + c.KeptOld, kept.Old + c.KeptOld) : kept;
        }
        if (CaptureUnderTest.Names.Count == 0)
        {
            return;
        }
        if (kept.Old > MostKeptOld * kept.Kept)
        {
            wrong.Add($"R7: {kept.Old} of {kept.Kept} pages were kept although old");
        }
        ValidationPage.Compare("calls predicted", nameof(CallsPredictedTests), $"""
            ## Aging calls predicted

            Who asked, by the rules of the kernels alone: walks ask every present page once, except those in an insertion batch (7.2) and whole tables that were cold
            in the pass before (not in forced passes); a target that answers old is unmapped next, one that answers young is not; a scan of an active list unmaps nothing; look-around asks
            the window of its target. Present: mapped by a fault and not unmapped since. Calls of a batch are parsed into targets and neighbours with the fewest exceptions from these rules.
            Asked without being present: pages that mprotect, a collapse or a moved slot left in the host's tables. Here a second try of a batch that became clean counts as
            targets. Of {kept.Kept} targets kept, {kept.Old} had answered old.

            Where table 2 of inference.md has other numbers, the text of the trace was counted again, without this program. v10: before the fourth walk three blocks of 512 pages are collapsed
            and used again, and `kvm_tdp_mmu_spte_changed` shows their leafs of level 2; the walks ask 8, 8, 8, 11 and 11 huge ranges. Mapped are 3 x 8192 + 2 x 11 x 512 = 35840 pages, asked without
            being mapped 2 x 2560; the table (32768, 8192) knows 8 leafs throughout. v4 and v9-pressure-mglru: the table takes every ascending run of more than 65 calls of one task for a walk (a target and
            a whole window are 65), and what is mapped as the run begins for present. Counted so its numbers come out: v4 {runs.GetValueOrDefault("v4-long-k72")?.Row}; v9 {runs.GetValueOrDefault("v9-pressure-mglru-k72")?.Row}.
            Of these runs {Inside(runs, "v4-long-k72")} in v4 and {Inside(runs, "v9-pressure-mglru-k72")} in v9 are no walks: reclaim makes them between
            `mm_vmscan_lru_isolate` and `mm_vmscan_lru_shrink_inactive`, and they leave out most pages of the tables that they touch, where a walk asks all (R9). They are targets whose windows follow each other
            upwards, and count as such here. Pages that another vCPU maps while a walk runs (the table's 102 not expected) count as present here.

            {rows}
            """);
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static string Inside(Dictionary<string, LongRuns> runs, string name) =>
        runs.TryGetValue(name, out LongRuns? r) ? $"{r.InsideBatches.Count} ({string.Join(", ", r.InsideBatches.Select(b => $"{b.Calls} calls for {b.InTables} pages present"))})" : "none";

    // Collapses, changes of protection and moved slots leave pages in the host's tables that the trace shows as unmapped.
    private static bool ChangesMappings(CaptureUnderTest capture) =>
        File.ReadAllText(Path.Combine(RepositoryFiles.Captures!, capture.Name, "actions.csv")) is var actions
            && ((string[])["mprotect,", "madvise,", "delslot,", "moveslot,"]).Any(w => actions.Contains(w, StringComparison.Ordinal));
}
