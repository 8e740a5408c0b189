using System.Globalization;
using SecondLook.Replay.Aging;
using SecondLook.Replay.Mmu;
using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Hosts;

/// <summary>Switches beside those of reclaim: the knobs of the aging policy, and what the VM is made of (kvm-mmu-model.md 1 and 3.1).</summary>
public static class HostSwitches
{
    private static readonly string[] MmuNames = ["ad_bits", "arch", "huge_leafs", "mmu", "nested_ad_bits", "slot_deletion", "tlb_model"];

    /// <summary>Names of all switches of this class.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. KnobOverrides.Names, .. MmuNames, Mechanisms.Switch];

    /// <summary>Whether a name is a knob of the aging policy.</summary>
    public static bool IsKvmSwitch(string name) => KnobOverrides.IsKnob(name);

    /// <summary>Whether a name says what the VM is made of.</summary>
    public static bool IsMmuSwitch(string name) => Array.IndexOf(MmuNames, name) >= 0;

    /// <summary>Applies one knob, and the reclaim switch that says the same.</summary>
    /// <exception cref="ArgumentException">The value does not exist.</exception>
    public static AgingKnobs ApplyKvm(AgingKnobs knobs, ReclaimSwitches reclaim, string name, string value)
    {
        AgingKnobs changed = KnobOverrides.Set(knobs, name, value);
        switch (name)
        {
            case "walk":
                reclaim.SecondaryInAging = changed.Walk switch
                {
                    WalkQuery.Primary => SecondaryScope.None,
                    WalkQuery.Clear or WalkQuery.TestThenClear => SecondaryScope.All,
                    _ => SecondaryScope.FastOnly,
                };
                break;
            case "nonleaf_pmd":
                reclaim.NonleafShortcut = changed.NonleafPmd switch
                {
                    NonleafRule.Prune => NonleafShortcut.Always,
                    NonleafRule.NoPruneIfGate => NonleafShortcut.Never,
                    _ => NonleafShortcut.NotNotifiedOrForced,
                };
                break;
            case "evict":
                reclaim.SecondaryAtEvictionFlush = changed.Evict == EvictQuery.ClearFlush;
                break;
            case "la_gate":
                reclaim.LookAroundTrigger = changed.LookAroundGate switch
                {
                    LookAroundGate.Primary => LookAroundTrigger.Primary,
                    LookAroundGate.PrimaryOrSecondary => LookAroundTrigger.Any,
                    _ => LookAroundTrigger.PrimaryOrFastSecondary,
                };
                break;
        }
        return changed;
    }

    /// <summary>Applies one fact of the VM.</summary>
    /// <exception cref="ArgumentException">The value does not exist.</exception>
    public static KvmConfig ApplyMmu(KvmConfig config, string name, string value) => (name, value) switch
    {
        ("mmu", "tdp") => config with { Arch = KvmArch.X86, TdpMmuEnabled = true, Nested = false },
        ("mmu", "shadow") => config with { Arch = KvmArch.X86, TdpMmuEnabled = false, Nested = false },
        ("mmu", "nested") => config with { TdpMmuEnabled = true, Nested = true },
        ("mmu", "stage2") or ("arch", "arm64") => config with { Arch = KvmArch.Arm64 },
        ("arch", "x86") => config with { Arch = KvmArch.X86 },
        ("ad_bits", "on") => config with { AdBits = true },
        ("ad_bits", "off") => config with { AdBits = false },
        ("huge_leafs", "on") => config with { HugeLeafs = true },
        ("huge_leafs", "off") => config with { HugeLeafs = false },
        ("nested_ad_bits", "on") => config with { NestedAdBits = true },
        ("nested_ad_bits", "off") => config with { NestedAdBits = false },
        ("slot_deletion", "zap_all_slow") => config with { SlotDeletion = ZapMechanism.ZapAllSlow },
        ("slot_deletion", "zap_all_fast") => config with { SlotDeletion = ZapMechanism.ZapAllFast },
        ("slot_deletion", "slot_pages_2019") => config with { SlotDeletion = ZapMechanism.SlotPages2019 },
        ("slot_deletion", "slot_leafs") => config with { SlotDeletion = ZapMechanism.SlotLeafs },
        ("tlb_model", "none") => config with { TlbTranslations = 0 },
        ("tlb_model", _) => config with { TlbTranslations = TranslationsOf(value) },
        ("mmu", _) => throw new ArgumentException($"switch mmu: '{value}' is none of tdp, shadow, nested, stage2"),
        ("arch", _) => throw new ArgumentException($"switch arch: '{value}' is none of x86, arm64"),
        ("slot_deletion", _) => throw new ArgumentException($"switch slot_deletion: '{value}' is none of zap_all_slow, zap_all_fast, slot_pages_2019, slot_leafs"),
        _ => throw new ArgumentException($"switch {name}: '{value}' is neither on nor off"),
    };

    private static int TranslationsOf(string value) =>
        value.StartsWith("lru:", StringComparison.Ordinal)
        && int.TryParse(value.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is > 0 and <= 1 << 20
            ? count
            : throw new ArgumentException($"switch tlb_model: '{value}' is neither none nor lru:C with C translations from 1 to 1048576");
}
