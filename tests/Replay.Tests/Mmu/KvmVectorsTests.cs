using SecondLook.Replay.Vectors;

namespace SecondLook.Replay.Tests.Mmu;

public class KvmVectorsTests
{
    [Fact]
    public void Specification_AllVectors_Pass()
    {
        if (SharedFolder.Find("spec/kvm-mmu-model.md") is not { } path)
        {
            return;
        }
        KvmVectorReport report = KvmVectors.Run(KvmVectors.Extract(File.ReadAllText(path))!);
        Assert.Equal([], report.Failures);
        Assert.Equal(38, report.Passed);
    }

    [Fact]
    public void MoreVectors_OfOurOwn_Pass()
    {
        KvmVectorReport report = KvmVectors.Run(File.ReadAllText(SharedFolder.InRepository("tests/Replay.Tests/Mmu/kvm-more.yaml")));
        Assert.Equal([], report.Failures);
        Assert.Equal(27, report.Passed);
    }

    [Theory]
    [InlineData("{id: A, kind: nonsense}", "unknown kind 'nonsense'")]
    [InlineData("{id: A, ctx: {policy: mainline_6_12}, state: {P: {X: 0}}, steps: [{op: jump, page: X}]}", "unknown op 'jump'")]
    [InlineData("{id: A, ctx: {policy: nobody}, state: {P: {X: 0}}, steps: []}", "nobody")]
    [InlineData("{id: A, ctx: {policy: mainline_6_12, moon: 1}, state: {P: {X: 0}}, steps: []}", "unknown key 'moon'")]
    [InlineData("{id: A, ctx: {policy: mainline_6_12}, state: {P: {X: 0}}, steps: [{op: test, page: X, yong: 1}]}", "unknown key 'yong'")]
    [InlineData("{id: A, ctx: {policy: mainline_6_12}, state: {P: {X: 0}, tdp: {X: 1}}, steps: [{op: test, page: X, young: 0}]}", "young is 1, expected 0")]
    [InlineData("{id: A, ctx: {policy: mainline_6_12}, state: {P: {X: 0}, tdp: {X: 1}}, steps: [{op: clear, page: X, after: {tdp: {X: 1}}}]}", "tdp.X")]
    [InlineData("{id: A, kind: level, cases: [{host: 2, level: 1}]}", "case 0: level is 2, expected 1")]
    public void Run_WrongVector_FailsWithItsReason(string vector, string reason)
    {
        KvmVectorReport report = KvmVectors.Run($"schema: kvm-mmu-vectors/1\nvectors:\n- {vector}\n");
        Assert.Equal(0, report.Passed);
        Assert.Contains(reason, Assert.Single(report.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void Scenarios_OfTheRepository_RunUnderEveryPolicy()
    {
        string[] files = Directory.GetFiles(SharedFolder.InRepository("data/scenarios"), "*.yaml");
        Assert.NotEmpty(files);
        foreach (string file in files)
        {
            IReadOnlyList<string> lines = KvmScenario.Run(File.ReadAllText(file));
            Assert.Equal(SecondLook.Replay.Aging.AgingPolicies.Catalog.Names.Count + 3, lines.Count);
            // A scenario that no two policies answer differently shows nothing.
            Assert.True(lines.Skip(2).Where(l => l.Length > 0).Select(l => l.Split('|', 2)[1]).Distinct().Count() > 2, file);
        }
    }
}
