using System.Globalization;
using System.Text;
using SecondLook.Replay;
using SecondLook.Replay.Hosts;
using SecondLook.Replay.Workloads;

namespace SecondLook.Pipeline.Tests.Validation;

/// <summary>A VM beside host-only memory under pressure, against the direction published for Chrome OS; the result is a section of docs/validation.md.</summary>
public sealed class TabsBesideVmTests
{
    private const int Seeds = 10;
    private static readonly string[] Presets = ["classic_6_1", "mglru_6_1", "mainline_6_12"];
    private static readonly int[] VmPages = [1024, 2048, 3072];

    [Fact]
    public void Tabs_WithoutTheSecondaryHook_AreEvictedTooMuch()
    {
        StringBuilder page = new();
        page.Append("## Tabs beside a VM (the Chrome OS case)\n\n");
        page.Append("A user opens tabs while a VM works in the same memory (`src/Replay/Workloads/TabsBesideVm.cs`, which also says that its parameters were written down\n");
        page.Append("before the first run). Cost of a tab: its pages that had to be read back. Published (series of 2024-10-19): mean latency 1198 ms with the base, 1311 with\n");
        page.Append("MGLRU that asks no secondary MMU in aging (1.09 times), 926 with one that does (0.77 times). Ten seeds each; *worse than base*: seeds whose mean is above.\n");
        page.Append("Memory is the machine's (kswapd, watermarks, direct reclaim). A first version limited a cgroup instead, which a laptop does not have; there MGLRU without the hook\n");
        page.Append("missed the direction with a VM of 1024 pages (0.94 times base). The path was changed after that run, no parameter was.\n\n");
        page.Append("| VM, pages | policy | mean cost of a tab | times base | worse than base | 95th percentile of 10 tabs in a row | host's share of all pages read back |\n|---|---|---|---|---|---|---|\n");
        List<string> missed = [];
        foreach (int vm in VmPages)
        {
            Session[] classic = Sessions(Presets[0], vm);
            Session[] blind = Sessions(Presets[1], vm);
            Session[] asking = Sessions(Presets[2], vm);
            Row(page, vm, Presets[0], classic, classic);
            Row(page, vm, Presets[1], blind, classic);
            Row(page, vm, Presets[2], asking, classic);
            for (int seed = 0; seed < Seeds; seed++)
            {
                // Whose pages are taken is what blindness decides, on every single run.
                Assert.True(blind[seed].HostShare > classic[seed].HostShare, $"{vm} pages, seed {seed + 1}");
                Assert.True(blind[seed].HostShare > asking[seed].HostShare, $"{vm} pages, seed {seed + 1}");
            }
            Assert.True(Mean(asking) < Mean(blind), $"{vm} pages");
            if (Mean(blind) <= Mean(classic))
            {
                missed.Add(vm.ToString(CultureInfo.InvariantCulture));
            }
        }
        Assert.Empty(missed);
        page.Append("\nMissed: nothing in the mean; single seeds differ, most of all with the smallest VM. ");
        page.Append("The 95th percentile of\nsingle tabs is no measure here: a tab is either whole or gone, under every policy; ten tabs in a row were chosen after seeing that.\n");
        ValidationPage.Compare("tabs beside a VM", nameof(TabsBesideVmTests), page.ToString());
    }

    private static void Row(StringBuilder page, int vm, string preset, Session[] sessions, Session[] baseline)
    {
        int worse = 0;
        for (int i = 0; i < Seeds; i++)
        {
            worse += sessions[i].Mean > baseline[i].Mean ? 1 : 0;
        }
        page.Append(string.Create(CultureInfo.InvariantCulture,
            $"| {vm} | `{preset}` | {Mean(sessions):f1} | {Mean(sessions) / Mean(baseline):f2} | {(sessions == baseline ? "-" : $"{worse} of {Seeds}")} | {sessions.Average(s => s.Tail):f0} | {sessions.Average(s => s.HostShare) * 100:f0} % |\n"));
    }

    private static double Mean(Session[] sessions) => sessions.Average(s => s.Mean);

    private static Session[] Sessions(string preset, int vm) => [.. Enumerable.Range(1, Seeds).Select(seed =>
    {
        TabsBesideVm run = new(Setup(preset), vm);
        List<int> costs = run.Run((ulong)seed);
        List<int> rows = [.. Enumerable.Range(0, costs.Count - 9).Select(i => costs.Skip(i).Take(10).Sum()).Order()];
        return new Session(costs.Average(), rows[rows.Count * 95 / 100], (double)costs.Sum() / (costs.Sum() + run.VmRefaults));
    })];

    private static HostSetup Setup(string preset)
    {
        List<string> problems = [];
        Contracts.Jobs.PolicySpec spec = new(preset, preset, new Dictionary<string, string>(StringComparer.Ordinal));
        Assert.True(PolicyPresets.TryResolve(spec, "test", problems, out PolicyPlan? plan), string.Join(';', problems));
        return HostSetup.Of(plan, new CaptureFacts { SpteChanges = true });
    }

    private sealed record Session(double Mean, double Tail, double HostShare);
}
