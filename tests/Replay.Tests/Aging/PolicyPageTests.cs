using SecondLook.Replay.Aging;
using SecondLook.Replay.Mmu;
using SecondLook.Replay.Vectors;

namespace SecondLook.Replay.Tests.Aging;

public class PolicyPageTests
{
    [Fact]
    public void PoliciesPage_IsWhatTheCatalogueSays()
    {
        string path = SharedFolder.InRepository("docs/policies.md");
        string page = PolicyPage.Write();
        if (Environment.GetEnvironmentVariable("SECONDLOOK_ACCEPT") == "1")
        {
            File.WriteAllText(path, page);
        }
        Assert.True(page == File.ReadAllText(path), "docs/policies.md differs; SECONDLOOK_ACCEPT=1 dotnet test accepts it");
    }

    [Fact]
    public void Presets_NameKnownPolicies_AndEveryPolicyHasAPreset()
    {
        Assert.All(PolicyPresets.Rows, preset => Assert.Contains(preset.KvmPolicy, AgingPolicies.Catalog.Names));
        Assert.All(AgingPolicies.Catalog.Names, name => Assert.Contains(PolicyPresets.Rows, preset => preset.KvmPolicy == name));
        Assert.Equal(["classic_7_2", "mainline_7_2", "mainline_7_3"], PolicyPresets.Rows.Where(preset => preset.RangeCalls).Select(preset => preset.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Overrides_ChangeOneKnobAndRefuseUnknownOnes()
    {
        AgingKnobs knobs = AgingPolicies.Get("mainline_6_15");
        Assert.Equal(WalkQuery.Primary, KnobOverrides.Set(knobs, "walk", "primary").Walk);
        Assert.Equal(LockClass.Read, KnobOverrides.Set(knobs, "arm64_lock", "read").Kvm.Stage2);
        Assert.True(KnobOverrides.Set(knobs, "clear_elide", "true").Kvm.ClearElide);
        Assert.Contains("known:", Assert.Throws<ArgumentException>(() => KnobOverrides.Set(knobs, "wlak", "primary")).Message, StringComparison.Ordinal);
        Assert.Contains("test+clear", Assert.Throws<ArgumentException>(() => KnobOverrides.Set(knobs, "walk", "all")).Message, StringComparison.Ordinal);
        Assert.All(KnobOverrides.Names, name => Assert.Contains("cannot be", Assert.Throws<ArgumentException>(() => KnobOverrides.Set(knobs, name, "?")).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Scenario_SharedPageUnderEveryPolicy_ShowsTheFalseYoungOfWrongElide()
    {
        IReadOnlyList<string> lines = KvmScenario.Run("""
            id: page X
            ctx: {rmaps: 1, isp: 3}
            state: {P: {X: 0}, tdp: {X: 0}, shadow: {X: [0]}}
            steps: [{op: l1, page: X}, {op: l2, page: X}, {op: clear, page: X}, {op: clear, page: X}, {op: clear, page: X}]
            """);
        string[] Cells(string policy) => [.. Assert.Single(lines, l => l.StartsWith(policy + " ", StringComparison.Ordinal)).Split('|').Select(c => c.Trim())];
        Assert.Equal(AgingPolicies.Catalog.Names.Count + 3, lines.Count);
        Assert.Equal(["-", "-", "young [RCU]", "young [RCU rmap]", "old [RCU rmap]", "P.X=0 tdp.X=0 shadow.X=0"], Cells("wrong_elide")[1..]);
        Assert.Equal(["-", "-", "young [RCU rmap]", "old [RCU rmap]", "old [RCU rmap]", "P.X=0 tdp.X=0 shadow.X=0"], Cells("mainline_6_15")[1..]);
        Assert.Equal(["-", "-", "young [W RCU]", "old [W RCU]", "old [W RCU]", "P.X=0 tdp.X=0 shadow.X=0"], Cells("jh_v5")[1..]);
        Assert.Throws<FormatException>(() => KvmScenario.Run("steps: [{op: fly}]\nstate: {}"));
    }
}
