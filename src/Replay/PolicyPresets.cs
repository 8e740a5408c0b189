using System.Diagnostics.CodeAnalysis;
using SecondLook.Contracts.Jobs;

namespace SecondLook.Replay;

/// <summary>The presets of product.md section 3: a reclaim profile with the secondary-MMU policy of a kernel or of a proposal.</summary>
public static class PolicyPresets
{
    private static readonly Preset[] Table = [];

    /// <summary>Name and one line of explanation of every preset.</summary>
    public static IReadOnlyList<(string Name, string Summary)> All { get; } = List();

    /// <summary>Switches that may be overridden.</summary>
    public static IReadOnlyList<string> Switches { get; } = [];

    /// <summary>Resolves one policy of a job.</summary>
    /// <param name="spec">The policy.</param>
    /// <param name="place">Where it stands, for messages.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <param name="plan">The resolved policy.</param>
    public static bool TryResolve(PolicySpec spec, string place, List<string> problems, [NotNullWhen(true)] out PolicyPlan? plan)
    {
        plan = null;
        int count = problems.Count;
        foreach (Preset preset in Table)
        {
            if (string.Equals(preset.Name, spec.Preset, StringComparison.Ordinal))
            {
                plan = new PolicyPlan(spec.Name, spec.Preset, preset.Profile, preset.KvmPolicy, preset.Overlays, spec.Switches);
            }
        }
        if (plan is null)
        {
            problems.Add($"{place}: there is no preset '{spec.Preset}'{NameSuggestion.For(spec.Preset, ReplayCatalog.PresetNames)}");
        }
        return problems.Count == count && plan is not null;
    }

    private static List<(string Name, string Summary)> List()
    {
        List<(string Name, string Summary)> all = [];
        foreach (Preset preset in Table)
        {
            all.Add((preset.Name, preset.Summary));
        }
        return all;
    }

    private sealed record Preset(string Name, string Profile, string KvmPolicy, string[] Overlays, string Summary);
}
