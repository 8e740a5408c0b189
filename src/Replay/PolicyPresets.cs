using System.Diagnostics.CodeAnalysis;
using SecondLook.Contracts.Jobs;
using SecondLook.Replay.Hosts;

namespace SecondLook.Replay;

/// <summary>The presets of product.md section 3: a reclaim profile with the secondary-MMU policy of a kernel or of a proposal.</summary>
public static class PolicyPresets
{
    private static readonly PresetRow[] Table =
    [
        new("mglru_6_1", "p61", "mglru_6_1", [], "MGLRU of 6.1: aging never asks KVM, eviction does"),
        new("mglru_6_6", "p66", "mglru_6_1", [], "MGLRU of 6.3 to 6.11, hooks of 6.1"),
        new("mainline_6_12", "p612", "mainline_6_12", [], "6.12: aging and look-around ask KVM, mmu_lock held for write"),
        new("stable_6_12_117", "p612", "mainline_6_12", ["stable117"], "6.12.117: 6.12 with its later stable changes"),
        new("mainline_6_13", "p612", "mainline_6_13", [], "6.13: as 6.12, aging flushes no TLB on x86"),
        new("mainline_6_15", "p614", "mainline_6_15", [], "6.15: lockless aging in KVM, promotion at second sight"),
        new("mainline_7_2", "p72", "mainline_6_15", [], "7.2: demand faults count as a reference; one call per run of a large folio") { RangeCalls = true },
        new("mainline_7_3", "p73", "mainline_6_15", [], "7.3") { RangeCalls = true },
        new("jh_v3", "p66", "jh_v3", ["series"], "proposal v3 (2024-04): bitmap on the existing hooks"),
        new("jh_v4", "p66", "jh_v4", ["series"], "proposal v4 (2024-05): test, then clear; no look-around for VMs"),
        new("jh_v5", "p66", "jh_v5", ["series"], "proposal v5 (2024-06): a fast-only hook that fails as a whole"),
        new("jh_v6", "p66", "jh_v6", ["series"], "proposal v6 (2024-07): fast-only clear of the TDP MMU"),
        new("jh_v7", "p66", "jh_v7", ["series"], "proposal v7 (2024-09): fast-only clear, shadow MMU under rmap locks"),
        new("jh_v8", "p612", "jh_v8", [], "proposal v8 (2024-11): lockless aging in KVM, 6.12 reclaim"),
        new("yz_v2", "p61", "yz_v2", ["series"], "proposal v2 (2023-05): one hook with a bitmap"),
        new("sc_flag", "p66", "sc_flag", ["series"], "counter-proposal (2024-06): fast_only flag and WAS_FAST answer"),
        new("sc_single_rmap", "p66", "sc_single_rmap", ["series"], "counter-proposal with lockless single-entry rmaps"),
        new("wrong_elide", "p614", "wrong_elide", [], "6.15 with a clear that skips the shadow MMU: wrong by design"),
        new("trylock_fast", "p66", "trylock_fast", ["series"], "rejected: fast means that mmu_lock is free at that moment"),
        new("classic_6_1", "p61", "mglru_6_1", [Classic], "active and inactive lists of 6.1, flushing hooks"),
        new("classic_6_12", "p612", "mainline_6_12", ["stable117", Classic], "active and inactive lists of 6.12"),
        new("classic_7_2", "p72", "mainline_6_15", [Classic], "active and inactive lists of 7.2") { RangeCalls = true },
    ];

    /// <summary>Overlay that switches to active and inactive lists.</summary>
    public const string Classic = "classic";

    /// <summary>All presets, in the order of the table of product.md; then aging policies that are presets by themselves.</summary>
    public static IReadOnlyList<PresetRow> Rows { get; } = AllRows();

    /// <summary>Name and one line of explanation of every preset.</summary>
    public static IReadOnlyList<(string Name, string Summary)> All { get; } = List();

    /// <summary>Switches that may be overridden.</summary>
    public static IReadOnlyList<string> Switches { get; } = AllSwitches();

    /// <summary>Resolves one policy of a job.</summary>
    /// <param name="spec">The policy.</param>
    /// <param name="place">Where it stands, for messages.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <param name="plan">The resolved policy.</param>
    public static bool TryResolve(PolicySpec spec, string place, List<string> problems, [NotNullWhen(true)] out PolicyPlan? plan)
    {
        plan = null;
        int count = problems.Count;
        foreach (PresetRow preset in Rows)
        {
            if (string.Equals(preset.Name, spec.Preset, StringComparison.Ordinal))
            {
                plan = new PolicyPlan(spec.Name, spec.Preset, preset.Profile, preset.KvmPolicy, preset.Overlays, spec.Switches) { RangeCalls = preset.RangeCalls };
            }
        }
        if (plan is null)
        {
            problems.Add($"{place}: there is no preset '{spec.Preset}'{NameSuggestion.For(spec.Preset, ReplayCatalog.PresetNames)}");
            return false;
        }
        foreach (string name in spec.Switches.Keys)
        {
            if (!Contains(Switches, name))
            {
                problems.Add($"{place}: there is no switch '{name}'{NameSuggestion.For(name, Switches)}");
            }
        }
        if (problems.Count == count)
        {
            try
            {
                _ = HostSetup.Of(plan, new CaptureFacts());
            }
            catch (ArgumentException e)
            {
                problems.Add($"{place}: {WithoutParameter(e.Message)}");
            }
        }
        return problems.Count == count;
    }

    // The name of a parameter of ours tells the author of a job nothing.
    private static string WithoutParameter(string message)
    {
        int at = message.IndexOf(" (Parameter '", StringComparison.Ordinal);
        return at < 0 ? message : message[..at];
    }

    private static bool Contains(IReadOnlyList<string> names, string name)
    {
        foreach (string known in names)
        {
            if (string.Equals(known, name, StringComparison.Ordinal))
            {
                return true;
            }
        }
        return false;
    }

    private static List<string> AllSwitches()
    {
        List<string> names = [.. Replacement.Settings.SwitchNames.All(), .. HostSwitches.Names];
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    private static List<PresetRow> AllRows()
    {
        List<PresetRow> rows = [.. Table];
        foreach ((string name, string summary) in Aging.AgingPolicies.Catalog.Entries)
        {
            if (Aging.AgingPolicies.Catalog.Create(name).Profile is string profile)
            {
                rows.Add(new PresetRow(name, profile, name, [], summary));
            }
        }
        return rows;
    }

    private static List<(string Name, string Summary)> List()
    {
        List<(string Name, string Summary)> all = [];
        foreach (PresetRow preset in Rows)
        {
            all.Add((preset.Name, preset.Summary));
        }
        return all;
    }
}

/// <summary>One preset: a reclaim profile with a KVM policy.</summary>
/// <param name="Name">Name in job files.</param>
/// <param name="Profile">Reclaim profile, p61 to p73.</param>
/// <param name="KvmPolicy">KVM-side policy, a name of <see cref="Aging.AgingPolicies"/>.</param>
/// <param name="Overlays">Overlays of the profile.</param>
/// <param name="Summary">One line of explanation.</param>
public sealed record PresetRow(string Name, string Profile, string KvmPolicy, IReadOnlyList<string> Overlays, string Summary)
{
    /// <summary>PTEs of one large folio are asked by one call.</summary>
    public bool RangeCalls { get; init; }
}
