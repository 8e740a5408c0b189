using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Jobs;
using SecondLook.Replay.Reference;
using SecondLook.Replay.Schedules;

namespace SecondLook.Replay;

/// <summary>Everything of this stage that a job can name: presets, reference policies, switches, schedules.</summary>
public static class ReplayCatalog
{
    private static readonly Catalog<IReferencePolicy> ReferenceEntries = new(PolicyAssemblies.All);

    /// <summary>Presets and reference policies: name and one line of explanation, by name.</summary>
    public static IReadOnlyList<(string Name, string Summary)> Policies { get; } = ListPolicies();

    /// <summary>Reclaim profiles: name and one line of explanation.</summary>
    public static IReadOnlyList<(string Name, string Summary)> Profiles { get; } =
    [
        ("classic", "active and inactive lists, MGLRU off"),
        ("p61", "MGLRU of 6.1: aging reads the primary page table alone"),
        ("p612", "MGLRU of 6.12: aging asks every secondary MMU"),
        ("p612b", "p612 with the later stable changes of 6.12.117"),
        ("p614", "MGLRU of 6.14 to 6.18: new reference encoding, promotion at second sight"),
        ("p66", "MGLRU of 6.3 to 6.11"),
        ("p72", "MGLRU of 7.2: demand faults count as a reference"),
        ("p73", "MGLRU of 7.3"),
    ];

    /// <summary>Names of presets and reference policies.</summary>
    public static IReadOnlyList<string> PresetNames { get; } = NamesOf(Policies);

    /// <summary>Switch of reference policies that do not look ahead: they see faults, and other uses only at harvests.</summary>
    public const string Sampled = "sampled";

    /// <summary>Switches that a policy object may override.</summary>
    public static IReadOnlyList<string> Switches { get; } = [.. PolicyPresets.Switches, Sampled];

    /// <summary>Schedule options.</summary>
    public static IReadOnlyList<string> ScheduleOptions => ScheduleBuilder.Options;

    /// <summary>One line about a preset or reference policy.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    public static string Describe(string name)
    {
        foreach ((string known, string summary) in Policies)
        {
            if (string.Equals(known, name, StringComparison.Ordinal))
            {
                return summary;
            }
        }
        throw new KeyNotFoundException($"No policy is named '{name}'{NameSuggestion.For(name, PresetNames)}");
    }

    /// <summary>Names of the reference policies, by name.</summary>
    public static IReadOnlyList<string> ReferenceNames { get; } = [.. ReferenceEntries.Names];

    /// <summary>A fresh reference policy.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    public static IReferencePolicy CreateReference(string name) => ReferenceEntries.Create(name);

    /// <summary>Resolves the policies of a job.</summary>
    /// <exception cref="UsageException">Unknown presets or switches, or presets whose parts are not modelled: all of them.</exception>
    public static List<PolicyPlan> Resolve(IReadOnlyList<PolicySpec> specs)
    {
        List<PolicyPlan> plans = [];
        List<string> problems = [];
        for (int i = 0; i < specs.Count; i++)
        {
            string place = $"policies[{i}]";
            PolicySpec spec = specs[i];
            if (ReferenceEntries.Contains(spec.Preset))
            {
                CheckSwitches(spec, place, problems);
                plans.Add(new PolicyPlan(spec.Name, spec.Preset, "", "", [], spec.Switches));
            }
            else if (PolicyPresets.TryResolve(spec, place, problems, out PolicyPlan? plan))
            {
                plans.Add(plan);
            }
        }
        return problems.Count > 0 ? throw new UsageException(problems) : plans;
    }

    /// <summary>A fresh reference policy of a job.</summary>
    /// <param name="plan">The policy, resolved.</param>
    /// <param name="pages">Page ids run from 0 to this, exclusive, in order of page number.</param>
    /// <param name="harvests">Positions of the first access after each aging command, ascending.</param>
    public static IReferencePolicy CreateReference(PolicyPlan plan, int pages, int[] harvests)
    {
        IReferencePolicy policy = CreateReference(plan.Preset);
        return plan.Switches.TryGetValue(Sampled, out string? sampled) && sampled == "true" ? new SampledPolicy(policy, [], pages, harvests) : policy;
    }

    private static void CheckSwitches(PolicySpec spec, string place, List<string> problems)
    {
        foreach ((string name, string value) in spec.Switches)
        {
            if (name != Sampled)
            {
                problems.Add($"{place}: the reference policy '{spec.Preset}' has no switch '{name}'");
            }
            else if (value is not ("true" or "false"))
            {
                problems.Add($"{place}.{Sampled}: '{value}' is neither true nor false");
            }
            else if (value == "true" && CreateReference(spec.Preset).LooksAhead)
            {
                problems.Add($"{place}.{Sampled}: '{spec.Preset}' sees the future and cannot be sampled");
            }
        }
    }

    private static List<(string Name, string Summary)> ListPolicies()
    {
        List<(string Name, string Summary)> all = [];
        foreach (string name in ReferenceEntries.Names)
        {
            all.Add((name, ReferenceEntries.SummaryOf(name)));
        }
        all.AddRange(PolicyPresets.All);
        all.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return all;
    }

    private static string[] NamesOf(IReadOnlyList<(string Name, string Summary)> entries)
    {
        string[] names = new string[entries.Count];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = entries[i].Name;
        }
        return names;
    }
}
