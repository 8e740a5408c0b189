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
        page.Append("| policy | walk | gate | PMD leafs | old tables | eviction | look-around if | it asks |\n|---|---|---|---|---|---|---|---|\n");
        foreach (string name in AgingPolicies.Catalog.Names)
        {
            AgingKnobs knobs = AgingPolicies.Get(name);
            page.Append($"| `{name}` | {knobs.Walk} | {knobs.Gate} | {knobs.PmdWalk} | {knobs.NonleafPmd} | {knobs.Evict} | {knobs.LookAroundGate} | {knobs.LookAround} |\n");
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
        foreach (AgingPreset preset in AgingPresets.All)
        {
            page.Append($"| `{preset.Name}` | {preset.Profile} | `{preset.Policy}` | {(preset.RangeCalls ? "yes" : "no")} |\n");
        }
        page.Append("\n## Knobs\n\nAny knob can be overridden beside a preset: ");
        page.Append(string.Join(", ", Quoted())).Append(".\n");
        return page.ToString();
    }

    private static List<string> Quoted()
    {
        var names = new List<string>();
        foreach (string name in KnobOverrides.Names)
        {
            names.Add($"`{name}`");
        }
        return names;
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
