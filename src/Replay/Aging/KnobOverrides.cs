using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Aging;

/// <summary>Single knobs of a policy as job files write them, and as tables print them.</summary>
/// <remarks>
/// Models: the knobs of section 3.1 of the KVM specification and the defect switches of 3.7 to 3.9.
/// Omits: nothing.
/// </remarks>
public static class KnobOverrides
{
    private static readonly string[] Queries = ["primary", "test+clear", "clear", "fast_test+clear", "fast_clear", "bitmap"];
    private static readonly string[] Booleans = ["false", "true"];
    private static readonly string[] Locks = ["none", "rcu", "rmap", "read", "write"];

    private static readonly Knob[] Table =
    [
        Lock("arm64_lock", "lock of the arm64 age walk", k => k.Stage2, (k, v) => k with { Stage2 = v }),
        Bool("clear_elide", "a clear skips the shadow MMU when the TDP MMU is young (wrong)", k => k.ClearElide, (k, v) => k with { ClearElide = v }),
        new("evict", "accurate question at eviction", ["clear_flush", "clear", "fast_else_clear"],
            k => (int)k.Evict, (k, i) => k with { Evict = (EvictQuery)i }),
        Bool("flush_elide", "x86 never flushes after aging", k => k.FlushElideX86, (k, v) => k with { FlushElideX86 = v }),
        new("la", "question of look-around", Queries, k => (int)k.LookAround, (k, i) => k with { LookAround = (WalkQuery)i }),
        new("la_gate", "look around or not, once the target was found young",
            ["P", "P_or_fast_answer", "P_and_not_N", "P_or_fast_hook", "P_or_S_and_HF", "P_or_S"],
            k => (int)k.LookAroundGate, (k, i) => k with { LookAroundGate = (LookAroundGate)i }),
        new("nonleaf_pmd", "skipping of tables whose own accessed bit is clear", ["prune", "no_prune_if_gate", "no_prune_if_N"],
            k => (int)k.NonleafPmd, (k, i) => k with { NonleafPmd = (NonleafRule)i }),
        Kvm("order", "which x86 MMU is asked first", ["tdp_first", "shadow_first"],
            k => k.ShadowFirst ? 1 : 0, (k, i) => k with { ShadowFirst = i == 1 }),
        new("pmd_walk", "question of the walk at huge-PMD leafs", Queries, k => (int)k.PmdWalk, (k, i) => k with { PmdWalk = (WalkQuery)i }),
        new("range_calls", "PTEs of one large folio are asked by one call", Booleans,
            k => k.RangeCalls ? 1 : 0, (k, i) => k with { RangeCalls = i == 1 }),
        new("sc_literal_false", "the counter-proposal's sketch taken literally: contended counts as old", Booleans,
            k => k.ContendedIsOld ? 1 : 0, (k, i) => k with { ContendedIsOld = i == 1 }),
        Lock("shadow_clear_lock", "lock of a clear in the shadow MMU", k => k.ShadowClear, (k, v) => k with { ShadowClear = v, OneWriteSection = false }),
        Kvm("shadow_pred", "when the shadow MMU is asked at all", ["have_rmaps", "may_have_shadow"],
            k => (int)k.Predicate, (k, i) => k with { Predicate = (ShadowPredicate)i }),
        Lock("shadow_test_lock", "lock of a test in the shadow MMU", k => k.ShadowTest, (k, v) => k with { ShadowTest = v, OneWriteSection = false }),
        Bool("test_elide", "a test skips the second MMU when the first is young (harmless)", k => k.TestElide, (k, v) => k with { TestElide = v }),
        Bool("v5_last_subscriber_wins", "defect of v5 as posted: the last VM's answer replaces the others", k => k.LastSubscriberWins,
            (k, v) => k with { LastSubscriberWins = v }),
        Bool("v6_shadow_overwrites", "defect of v6 as posted: the shadow answer replaces a young TDP answer", k => k.ShadowOverwritesTdp,
            (k, v) => k with { ShadowOverwritesTdp = v }),
        Bool("v7_keeps_untracked", "v7: fast-only clears leave shadow entries without A/D bits young", k => k.FastKeepsUntracked,
            (k, v) => k with { FastKeepsUntracked = v }),
        new("walk", "question of the aging walk", Queries, k => (int)k.Walk, (k, i) => k with { Walk = (WalkQuery)i }),
        new("walk_gate", "when the secondary part of the walk runs", ["always", "cap8", "cap8&arch", "skip_mm"],
            k => (int)k.Gate, (k, i) => k with { Gate = (WalkGate)i }),
    ];

    /// <summary>Names of all knobs, ordinal order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Array.ConvertAll(Table, knob => knob.Name)];

    /// <summary>Whether there is a knob of that name.</summary>
    public static bool IsKnob(string name) => Array.FindIndex(Table, knob => string.Equals(knob.Name, name, StringComparison.Ordinal)) >= 0;

    /// <summary>Sets one knob.</summary>
    /// <param name="knobs">The policy.</param>
    /// <param name="name">Knob, one of <see cref="Names"/>.</param>
    /// <param name="value">Value, one of <see cref="ValuesOf"/>.</param>
    /// <returns>The changed policy.</returns>
    /// <exception cref="ArgumentException">Unknown knob or value; the message lists what is known.</exception>
    public static AgingKnobs Set(AgingKnobs knobs, string name, string value)
    {
        Knob knob = Find(name);
        int index = Array.IndexOf(knob.Values, value);
        return index >= 0
            ? knob.Set(knobs, index)
            : throw new ArgumentException($"knob '{name}' cannot be '{value}'; known: {string.Join(", ", knob.Values)}", nameof(value));
    }

    /// <summary>Value of one knob as job files write it.</summary>
    /// <exception cref="ArgumentException">Unknown knob.</exception>
    public static string ValueOf(AgingKnobs knobs, string name)
    {
        Knob knob = Find(name);
        return knob.Values[knob.Get(knobs)];
    }

    /// <summary>Values that a knob takes.</summary>
    /// <exception cref="ArgumentException">Unknown knob.</exception>
    public static IReadOnlyList<string> ValuesOf(string name) => Find(name).Values;

    /// <summary>What a knob decides, in one line.</summary>
    /// <exception cref="ArgumentException">Unknown knob.</exception>
    public static string MeaningOf(string name) => Find(name).Meaning;

    private static Knob Find(string name)
    {
        return Array.Find(Table, knob => string.Equals(knob.Name, name, StringComparison.Ordinal))
            ?? throw new ArgumentException($"unknown knob '{name}'; known: {string.Join(", ", Names)}", nameof(name));
    }

    private static Knob Kvm(string name, string meaning, string[] values, Func<KvmRules, int> get, Func<KvmRules, int, KvmRules> set) =>
        new(name, meaning, values, k => get(k.Kvm), (k, i) => k with { Kvm = set(k.Kvm, i) });

    private static Knob Bool(string name, string meaning, Func<KvmRules, bool> get, Func<KvmRules, bool, KvmRules> set) =>
        Kvm(name, meaning, Booleans, k => get(k) ? 1 : 0, (k, i) => set(k, i == 1));

    private static Knob Lock(string name, string meaning, Func<KvmRules, LockClass> get, Func<KvmRules, LockClass, KvmRules> set) =>
        Kvm(name, meaning, Locks, k => (int)get(k), (k, i) => set(k, (LockClass)i));

    private sealed record Knob(string Name, string Meaning, string[] Values, Func<AgingKnobs, int> Get, Func<AgingKnobs, int, AgingKnobs> Set);
}
