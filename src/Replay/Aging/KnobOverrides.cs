using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Aging;

/// <summary>Single knobs of a policy as job files write them.</summary>
/// <remarks>
/// Models: the knobs of section 3.1 of the KVM specification and the defect switches of 3.7 to 3.9.
/// Omits: nothing.
/// </remarks>
public static class KnobOverrides
{
    /// <summary>Names of all knobs, ordinal order.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "arm64_lock", "clear_elide", "evict", "flush_elide", "la", "la_gate", "nonleaf_pmd", "order", "pmd_walk", "range_calls", "sc_literal_false",
        "shadow_clear_lock", "shadow_pred", "shadow_test_lock", "test_elide", "v5_last_subscriber_wins", "v6_shadow_overwrites",
        "v7_keeps_untracked", "walk", "walk_gate",
    ];

    /// <summary>Sets one knob.</summary>
    /// <param name="knobs">The policy.</param>
    /// <param name="name">Knob, one of <see cref="Names"/>.</param>
    /// <param name="value">Value, lower case with underscores; truth values are true and false.</param>
    /// <returns>The changed policy.</returns>
    /// <exception cref="ArgumentException">Unknown knob or value; the message lists what is known.</exception>
    public static AgingKnobs Set(AgingKnobs knobs, string name, string value) => name switch
    {
        "walk" => knobs with { Walk = Query(name, value) },
        "la" => knobs with { LookAround = Query(name, value) },
        "pmd_walk" => knobs with { PmdWalk = Query(name, value) },
        "walk_gate" => knobs with
        {
            Gate = Choose(name, value, ("always", WalkGate.Always), ("cap8", WalkGate.Cap8), ("cap8&arch", WalkGate.Cap8AndArch), ("skip_mm", WalkGate.SkipMm)),
        },
        "nonleaf_pmd" => knobs with
        {
            NonleafPmd = Choose(
                name,
                value,
                ("prune", NonleafRule.Prune),
                ("no_prune_if_gate", NonleafRule.NoPruneIfGate),
                ("no_prune_if_N", NonleafRule.NoPruneIfNotifiers)),
        },
        "evict" => knobs with
        {
            Evict = Choose(
                name, value, ("clear_flush", EvictQuery.ClearFlush), ("clear", EvictQuery.Clear), ("fast_else_clear", EvictQuery.FastElseClear)),
        },
        "la_gate" => knobs with { LookAroundGate = Gate(name, value) },
        "range_calls" => knobs with { RangeCalls = Truth(name, value) },
        "sc_literal_false" => knobs with { ContendedIsOld = Truth(name, value) },
        _ => knobs with { Kvm = SetKvm(knobs.Kvm, name, value) },
    };

    private static KvmRules SetKvm(KvmRules rules, string name, string value) => name switch
    {
        "order" => rules with { ShadowFirst = Choose(name, value, ("shadow_first", true), ("tdp_first", false)) },
        "shadow_pred" => rules with
        {
            Predicate = Choose(name, value, ("have_rmaps", ShadowPredicate.HaveRmaps), ("may_have_shadow", ShadowPredicate.MayHaveShadow)),
        },
        "test_elide" => rules with { TestElide = Truth(name, value) },
        "clear_elide" => rules with { ClearElide = Truth(name, value) },
        "flush_elide" => rules with { FlushElideX86 = Truth(name, value) },
        "shadow_test_lock" => rules with { ShadowTest = Lock(name, value), OneWriteSection = false },
        "shadow_clear_lock" => rules with { ShadowClear = Lock(name, value), OneWriteSection = false },
        "arm64_lock" => rules with { Stage2 = Lock(name, value) },
        "v5_last_subscriber_wins" => rules with { LastSubscriberWins = Truth(name, value) },
        "v6_shadow_overwrites" => rules with { ShadowOverwritesTdp = Truth(name, value) },
        "v7_keeps_untracked" => rules with { FastKeepsUntracked = Truth(name, value) },
        _ => throw new ArgumentException($"unknown knob '{name}'; known: {string.Join(", ", Names)}", nameof(name)),
    };

    private static WalkQuery Query(string name, string value) => Choose(
        name,
        value,
        ("primary", WalkQuery.Primary),
        ("test+clear", WalkQuery.TestThenClear),
        ("clear", WalkQuery.Clear),
        ("fast_test+clear", WalkQuery.FastTestThenClear),
        ("fast_clear", WalkQuery.FastClear),
        ("bitmap", WalkQuery.Bitmap));

    private static LookAroundGate Gate(string name, string value) => Choose(
        name,
        value,
        ("P", LookAroundGate.Primary),
        ("P_or_fast_answer", LookAroundGate.PrimaryOrFastAnswer),
        ("P_and_not_N", LookAroundGate.PrimaryWithoutNotifiers),
        ("P_or_fast_hook", LookAroundGate.PrimaryOrFastHook),
        ("P_or_S_and_HF", LookAroundGate.PrimaryOrSecondaryIfFast),
        ("P_or_S", LookAroundGate.PrimaryOrSecondary));

    private static LockClass Lock(string name, string value) => Choose(
        name, value, ("rcu", LockClass.Rcu), ("rmap", LockClass.Rmap), ("read", LockClass.Read), ("write", LockClass.Write));

    private static bool Truth(string name, string value) => Choose(name, value, ("true", true), ("false", false));

    private static T Choose<T>(string name, string value, params ReadOnlySpan<(string Text, T Value)> known)
    {
        var texts = new List<string>();
        foreach ((string text, T choice) in known)
        {
            if (text == value)
            {
                return choice;
            }
            texts.Add(text);
        }
        throw new ArgumentException($"knob '{name}' cannot be '{value}'; known: {string.Join(", ", texts)}", nameof(value));
    }
}
