using System.Text;
using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Aging;

/// <summary>Writes <c>docs/policies.md</c> from the catalogue.</summary>
/// <remarks>
/// Models: nothing of the kernel.
/// Omits: nothing.
/// </remarks>
public static class PolicyPage
{
    /// <summary>The page as Markdown, lines ended by LF.</summary>
    public static string Write()
    {
        var page = new StringBuilder();
        page.Append("# Aging policies\n\nWritten from the catalogue of the code; a test fails when this page differs. ");
        page.Append("The vocabulary (primary, TDP, shadow, look-around, fast) is that of the kernel and of the mailing-list threads.\n\n");
        page.Append("| policy | `walk` | `walk_gate` | `pmd_walk` | `nonleaf_pmd` | `evict` | `la_gate` | `la` |\n|---|---|---|---|---|---|---|---|\n");
        foreach (string name in AgingPolicies.Catalog.Names)
        {
            AgingKnobs knobs = AgingPolicies.Get(name);
            page.Append($"| `{name}`");
            foreach (string knob in (ReadOnlySpan<string>)["walk", "walk_gate", "pmd_walk", "nonleaf_pmd", "evict", "la_gate", "la"])
            {
                page.Append($" | {KnobOverrides.ValueOf(knobs, knob)}");
            }
            page.Append(" |\n");
        }
        page.Append("\n## Locks\n\nW and R: mmu_lock held for write or read; RCU: no mmu_lock; rmap: bit lock of one reverse-map head.\n\n");
        page.Append("| policy | x86 TDP | x86 shadow test / clear | arm64 | order | shadow asked | test elides | flush on x86 |\n|---|---|---|---|---|---|---|---|\n");
        foreach (string name in AgingPolicies.Catalog.Names)
        {
            KvmRules rules = AgingPolicies.Get(name).Kvm;
            page.Append($"| `{name}` | {(rules.OneWriteSection ? "W, one section for the call" : "RCU")}");
            page.Append($" | {(rules.OneWriteSection ? "same section" : $"{Name(rules.ShadowTest)} / {Name(rules.ShadowClear)}")}");
            page.Append($" | {Name(rules.Stage2)} | {(rules.ShadowFirst ? "shadow, TDP" : "TDP, shadow")}");
            page.Append($" | {(rules.Predicate == ShadowPredicate.HaveRmaps ? "once reverse maps exist, for ever" : "while shadow pages exist")}");
            page.Append($" | {(rules.TestElide ? "yes" : "no")} | {(rules.FlushElideX86 ? "never" : "if young")} |\n");
        }
        page.Append("\n## Fast hooks of the proposals\n\n| policy | hook | claims fast aging | shadow MMU when fast | arm64 when fast |\n|---|---|---|---|---|\n");
        foreach (string name in AgingPolicies.Catalog.Names)
        {
            KvmRules rules = AgingPolicies.Get(name).Kvm;
            if (rules.Fast != FastHook.None)
            {
                page.Append($"| `{name}` | {rules.Fast} | {rules.Capability} | {(rules.Fast == FastHook.Flag ? rules.FastShadow.ToString() : "-")}");
                page.Append($" | {Name(rules.Stage2Fast)} |\n");
            }
        }
        page.Append("\n## One by one\n");
        foreach (string name in AgingPolicies.Catalog.Names)
        {
            IAgingPolicy policy = AgingPolicies.Catalog.Create(name);
            page.Append($"\n### `{name}`\n\n{AgingPolicies.Catalog.SummaryOf(name)}.\n\n");
            page.Append($"* Origin: {policy.Notes.Origin}\n* Consults: {policy.Notes.Consults}\n* Locks: {policy.Notes.Locks}\n");
            page.Append($"* Gets wrong: {policy.Notes.GetsWrong}\n* Code: [`{policy.GetType().Name}.cs`](../src/Replay/Aging/Policies/{policy.GetType().Name}.cs)\n");
        }
        page.Append("\n## Presets of job files\n\n| preset | reclaim profile | policy | one call per large folio |\n|---|---|---|---|\n");
        foreach (PresetRow preset in PolicyPresets.Rows)
        {
            page.Append($"| `{preset.Name}` | {string.Join('+', [preset.Profile, .. preset.Overlays])} | `{preset.KvmPolicy}` | {(preset.RangeCalls ? "yes" : "no")} |\n");
        }
        page.Append("\n## Knobs\n\nAny knob can be overridden beside a preset: `{\"preset\": \"mainline_6_15\", \"walk\": \"primary\"}`.\n");
        page.Append("P: young in the primary page table; S: young in some secondary MMU; N: the process has notifiers; HF: some subscriber claims fast aging.\n\n");
        page.Append("| knob | decides | values |\n|---|---|---|\n");
        foreach (string name in KnobOverrides.Names)
        {
            page.Append($"| `{name}` | {KnobOverrides.MeaningOf(name)} | {string.Join(", ", KnobOverrides.ValuesOf(name))} |\n");
        }
        page.Append("\nWhat the VM is made of is set the same way: `mmu` (tdp, shadow, nested, stage2), `arch` (x86, arm64), `ad_bits` (on, off), `nested_ad_bits` (on, off: the L1 switched them off for its L2), ");
        page.Append("`slot_deletion` (zap_all_slow, zap_all_fast, slot_pages_2019, slot_leafs), `huge_leafs` (off, on: one accessed bit for 512 pages), `tlb_model` (none, lru:C with C translations per vCPU).\n");
        return page.ToString();
    }

    private static string Name(LockClass lockClass) => lockClass switch
    {
        LockClass.Write => "W",
        LockClass.Read => "R",
        LockClass.Rcu => "RCU",
        LockClass.Rmap => "rmap",
        _ => "-",
    };
}
