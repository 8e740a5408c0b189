using SecondLook.Replay.Aging;
using SecondLook.Replay.Mmu;
using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Hosts;

/// <summary>Switches of the secondary-MMU side and of the MMU kind, by the names of kvm-mmu-model.md 3.1.</summary>
public static class HostSwitches
{
    private static readonly string[] Queries = ["primary", "test+clear", "clear", "fast_test+clear", "fast_clear", "bitmap"];
    private static readonly string[] Gates = ["always", "cap8", "cap8&arch", "skip_mm"];
    private static readonly string[] Nonleaf = ["prune", "no_prune_if_gate", "no_prune_if_N"];
    private static readonly string[] Evictions = ["clear_flush", "clear", "fast_else_clear"];
    private static readonly string[] LookAroundGates =
        ["primary", "primary_or_fast_answer", "primary_without_notifiers", "primary_or_fast_hook", "primary_or_secondary_if_fast", "primary_or_secondary"];

    /// <summary>Names of all switches of this class.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["ad_bits", "arch", "evict", "la", "la_gate", "mmu", "nonleaf_pmd", "pmd_walk", "walk", "walk_gate"];

    /// <summary>Whether a name is a knob of the aging policy.</summary>
    public static bool IsKvmSwitch(string name) => name is "walk" or "walk_gate" or "pmd_walk" or "nonleaf_pmd" or "evict" or "la_gate" or "la";

    /// <summary>Whether a name says what the VM is made of.</summary>
    public static bool IsMmuSwitch(string name) => name is "mmu" or "arch" or "ad_bits";

    /// <summary>Applies one knob, and the reclaim switch that says the same.</summary>
    /// <exception cref="ArgumentException">The value does not exist.</exception>
    public static AgingKnobs ApplyKvm(AgingKnobs knobs, ReclaimSwitches reclaim, string name, string value)
    {
        switch (name)
        {
            case "walk":
                WalkQuery walk = Pick<WalkQuery>(name, value, Queries);
                reclaim.SecondaryInAging = ScopeOf(walk);
                return knobs with { Walk = walk };
            case "walk_gate":
                return knobs with { Gate = Pick<WalkGate>(name, value, Gates) };
            case "pmd_walk":
                return knobs with { PmdWalk = Pick<WalkQuery>(name, value, Queries) };
            case "nonleaf_pmd":
                NonleafRule rule = Pick<NonleafRule>(name, value, Nonleaf);
                reclaim.NonleafShortcut = rule switch
                {
                    NonleafRule.Prune => NonleafShortcut.Always,
                    NonleafRule.NoPruneIfGate => NonleafShortcut.Never,
                    _ => NonleafShortcut.NotNotifiedOrForced,
                };
                return knobs with { NonleafPmd = rule };
            case "evict":
                EvictQuery evict = Pick<EvictQuery>(name, value, Evictions);
                reclaim.SecondaryAtEvictionFlush = evict == EvictQuery.ClearFlush;
                return knobs with { Evict = evict };
            case "la_gate":
                LookAroundGate gate = Pick<LookAroundGate>(name, value, LookAroundGates);
                reclaim.LookAroundTrigger = gate switch
                {
                    LookAroundGate.Primary => LookAroundTrigger.Primary,
                    LookAroundGate.PrimaryOrSecondary => LookAroundTrigger.Any,
                    _ => LookAroundTrigger.PrimaryOrFastSecondary,
                };
                return knobs with { LookAroundGate = gate };
            default:
                return knobs with { LookAround = Pick<WalkQuery>(name, value, Queries) };
        }
    }

    /// <summary>Applies one fact of the VM.</summary>
    /// <exception cref="ArgumentException">The value does not exist.</exception>
    public static KvmConfig ApplyMmu(KvmConfig config, string name, string value) => (name, value) switch
    {
        ("mmu", "tdp") => config with { Arch = KvmArch.X86, TdpMmuEnabled = true },
        ("mmu", "shadow") => config with { Arch = KvmArch.X86, TdpMmuEnabled = false },
        ("mmu", "stage2") or ("arch", "arm64") => config with { Arch = KvmArch.Arm64 },
        ("arch", "x86") => config with { Arch = KvmArch.X86 },
        ("ad_bits", "on") => config with { AdBits = true },
        ("ad_bits", "off") => config with { AdBits = false },
        ("mmu", "nested") => throw new ArgumentException("mmu 'nested' is not modelled in replays yet: captures do not tell an L2's pages"),
        ("mmu", _) => throw new ArgumentException($"switch mmu: '{value}' is none of tdp, shadow, stage2"),
        ("arch", _) => throw new ArgumentException($"switch arch: '{value}' is none of x86, arm64"),
        _ => throw new ArgumentException($"switch ad_bits: '{value}' is neither on nor off"),
    };

    private static SecondaryScope ScopeOf(WalkQuery walk) => walk switch
    {
        WalkQuery.Primary => SecondaryScope.None,
        WalkQuery.Clear or WalkQuery.TestThenClear => SecondaryScope.All,
        _ => SecondaryScope.FastOnly,
    };

    private static T Pick<T>(string name, string value, string[] names)
        where T : struct, Enum
    {
        int index = Array.IndexOf(names, value);
        return index < 0
            ? throw new ArgumentException($"switch {name}: '{value}' is none of {string.Join(", ", names)}")
            : (T)Enum.ToObject(typeof(T), index);
    }
}
