using System.Globalization;
using System.Text;

namespace SecondLook.Pipeline.Tests.Validation;

/// <summary>The calls of walks and look-around in genuine captures against the rules by which the model makes them.</summary>
public sealed class AgingCallTests
{
    private static readonly string[] Compared = ["v1-tdp-mglru-k61", "v1-tdp-mglru-k612", "v1-tdp-mglru-k72", "v3-", "v4-", "v8-arm64-k72", "v8-arm64-noaf", "v9-pressure-mglru", "v11-", "v12-"];

    // The mode in which the resident pages are known best.
    private static readonly (string Name, string Mode)[] Replayed =
    [
        ("v1-tdp-mglru-k61-", "free"), ("v1-tdp-mglru-k612", "volume_order"), ("v1-tdp-mglru-k72", "volume_order"), ("v3-", "volume_order"), ("v11-", "volume_order"),
        ("v4-", "free"), ("v8-arm64-k72", "free"), ("v12-", "free"),
    ];

    [Fact]
    public void CallsOfGenuineCaptures_AgainstRulesAndModel_MatchButForClosedClasses()
    {
        StringBuilder rules = new("| capture | walks | pages present / asked | not asked: waiting / whole table / isolated / other | asked, not expected | windows exact / fresh pages / other reclaimer / other | unmapped after the call | kept without a window |\n|---|---|---|---|---|---|---|---|\n");
        StringBuilder model = new("| capture | mode | aging commands equal / all | their calls: kernel / model / same | differ: mapped in one / waiting / table read by one / other | reclaim commands: kernel / model / same | differ: mapped in one / waiting / walked / judged by one / beside a page judged by one / beside one found young by one / other |\n|---|---|---|---|---|---|---|\n");
        List<string> missed = [];
        long windows = 0;
        long exact = 0;
        foreach (string name in CaptureUnderTest.Names.Where(n => Compared.Any(c => n.StartsWith(c, StringComparison.Ordinal))))
        {
            using CaptureUnderTest capture = CaptureUnderTest.Open(name);
            // 6.1 shows no batches, and its walks make no calls: the model's own are compared below.
            RecordedCalls? calls = null;
            if (!name.Contains("k61-", StringComparison.Ordinal))
            {
                calls = RecordedCalls.Read(capture);
                int other = calls.Windows - calls.ExactWindows - calls.FreshWindows - calls.SharedWindows;
                rules.Append(CultureInfo.InvariantCulture, $"| {name} | {calls.Walks} | {calls.Present} / {calls.Asked} | {calls.Waiting} / {calls.TableSkipped} / {calls.Isolated} / {calls.NotAsked} | {calls.NotExpected} | {calls.ExactWindows} / {calls.FreshWindows} / {calls.SharedWindows} / {other} | {calls.Old} | {calls.Kept} |\n");
                bool oneReclaimer = !name.StartsWith("v9-", StringComparison.Ordinal);
                if (oneReclaimer)
                {
                    Check(missed, name, "windows that differ", name.Contains("k612", StringComparison.Ordinal) ? calls.Windows - calls.ExactWindows : other);
                    Check(missed, name, "pages not asked, or asked unexpectedly", calls.NotAsked + calls.NotExpected);
                    Check(missed, name, "tables left out by forced walks", calls.ForcedSkips);
                    windows += calls.Windows;
                    exact += calls.ExactWindows;
                }
            }
            if (Replayed.FirstOrDefault(r => name.StartsWith(r.Name, StringComparison.Ordinal)) is { Mode: string mode })
            {
                ModelledCallTally tally = ModelledCallTally.Of(capture, mode, calls);
                Check(missed, name, "aging commands with other calls", mode == "volume_order" ? tally.Walks - tally.EqualWalks : 0);
                Check(missed, name, "aging calls of no class", Math.Max(0, tally.Aging.Other - (tally.Aging.Real / 1000)));
                Check(missed, name, "reclaim calls of no class", tally.Reclaim.OneTable + tally.Reclaim.Other);
                model.Append(CultureInfo.InvariantCulture, $"| {name} | {mode} | {tally.EqualWalks} / {tally.Walks} | {Walks(tally.Aging)} | {Batches(tally.Reclaim)} |\n");
            }
        }
        if (windows == 0)
        {
            return;
        }
        ValidationPage.Compare("aging calls", nameof(AgingCallTests), $"""
            ## Calls of walks and look-around

            First the rules by which the model makes calls, in the state that the events themselves show: which data pages are mapped, which wait in an insertion batch. A walk asks every mapped
            page, ascending (7.2: none that waits or is isolated), but for whole 2 MiB tables that the filter of an unforced walk leaves out. A *window* is what look-around asks after a young target;
            which pages are isolated, and so left out on 7.2, follows backwards from the calls of the same batch. *Fresh pages*: windows that differ only by pages mapped so lately that they may wait in a batch, in
            captures without `mm_lru_insertion`. *Other reclaimer*: another task had a batch under way (v9 has two). *Kept*: young, asked nothing around it.

            {rules}

            Then the model's own calls, command by command (`secondlook calibrate`, in the mode that knows best which pages are resident). Equal means the same pages in the same order. What differs is
            *mapped in one*: on pages that only kernel or model had mapped as the command began; *waiting* in an insertion batch; *table read by one*. In reclaim: *walked*, pages that an aging pass inside the command asked, which only one of the two made or which read other tables; *judged by one*, pages that only one of the two
            isolated, since how far a command gets depends on when writes end (in *volume_order* the first eviction is stopped where the kernel's was); pages in the *look-around window* of such a page; and those
            in the window of a page that both judged, when only one found it young, or judged it again. *Other* must be 0.

            {model}
            """);
        Assert.True(exact >= 0.99 * windows, $"{exact} of {windows} windows");
        Assert.Empty(missed);
    }

    private static string Walks(ModelledCallTally.Counts c) => string.Create(CultureInfo.InvariantCulture, $"{c.Real} / {c.Model} / {c.Same} | {c.Unmapped} / {c.Waiting} / {c.OneTable} / {c.Other}");

    private static string Batches(ModelledCallTally.Counts c) =>
        string.Create(CultureInfo.InvariantCulture, $"{c.Real} / {c.Model} / {c.Same} | {c.Unmapped} / {c.Waiting} / {c.Walked} / {c.JudgedByOne} / {c.Neighbours} / {c.OneYoung} / {c.OneTable + c.Other}");

    private static void Check(List<string> missed, string name, string what, long count)
    {
        if (count > 0)
        {
            missed.Add($"{name}: {what} {count}");
        }
    }
}
