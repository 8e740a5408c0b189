
namespace SecondLook.Replay.Aging;

/// <summary>A preset of a job file: a reclaim profile with a KVM-side policy.</summary>
/// <param name="Name">Name in job files.</param>
/// <param name="Profile">Reclaim profile (p61 to p73, or classic); overlays are joined with +.</param>
/// <param name="Policy">KVM-side policy, a name of <see cref="AgingPolicies"/>.</param>
/// <param name="RangeCalls">PTEs of one large folio are asked by one call.</param>
/// <remarks>
/// Models: the preset table of the product specification, section 3.
/// Omits: reference policies, which ask nobody.
/// </remarks>
public sealed record AgingPreset(string Name, string Profile, string Policy, bool RangeCalls = false)
{
    /// <summary>Knobs of the preset.</summary>
    public AgingKnobs Knobs => AgingPolicies.Get(Policy) with { RangeCalls = RangeCalls };
}

/// <summary>All presets that ask secondary MMUs.</summary>
/// <remarks>
/// Models: the preset table of the product specification, section 3.
/// Omits: reference policies.
/// </remarks>
public static class AgingPresets
{
    /// <summary>Presets in order of history.</summary>
    public static IReadOnlyList<AgingPreset> All { get; } =
    [
        new("mglru_6_1", "p61", "mglru_6_1"),
        new("mglru_6_6", "p66", "mglru_6_1"),
        new("classic_6_1", "classic", "mglru_6_1"),
        new("yz_v2", "p61", "yz_v2"),
        new("jh_v3", "p66", "jh_v3"),
        new("jh_v4", "p66", "jh_v4"),
        new("jh_v5", "p66", "jh_v5"),
        new("sc_flag", "p66", "sc_flag"),
        new("sc_single_rmap", "p66", "sc_single_rmap"),
        new("trylock_fast", "p66", "trylock_fast"),
        new("jh_v6", "p66", "jh_v6"),
        new("jh_v7", "p66", "jh_v7"),
        new("mainline_6_12", "p612", "mainline_6_12"),
        new("stable_6_12_117", "p612+stable117", "mainline_6_12"),
        new("classic_6_12", "classic", "mainline_6_12"),
        new("jh_v8", "p612", "jh_v8"),
        new("mainline_6_13", "p612", "mainline_6_13"),
        new("mainline_6_15", "p614", "mainline_6_15"),
        new("wrong_elide", "p614", "wrong_elide"),
        new("mainline_7_2", "p72", "mainline_6_15", RangeCalls: true),
        new("classic_7_2", "classic", "mainline_6_15", RangeCalls: true),
        new("mainline_7_3", "p73", "mainline_6_15", RangeCalls: true),
    ];

    /// <summary>A preset by name, or null.</summary>
    public static AgingPreset? Find(string name)
    {
        foreach (AgingPreset preset in All)
        {
            if (preset.Name == name)
            {
                return preset;
            }
        }
        return null;
    }
}
