using SecondLook.Replay.Vectors;

namespace SecondLook.Replay.Tests.Replacement;

public sealed class MglruVectorsTests
{
    [Fact]
    public void Run_SpecificationVectors_AllPass()
    {
        if (SharedFolder.Find("spec/mglru-model.md") is not { } path)
        {
            return;
        }
        MglruVectorReport report = MglruVectors.Run(MglruVectors.Extract(File.ReadAllText(path))!);
        Assert.Empty(report.Failures);
        Assert.True(report.Passed >= 123, $"{report.Passed} vectors found");
    }

    [Fact]
    public void Run_OwnVectors_AllPass()
    {
        MglruVectorReport report = MglruVectors.Run(OwnVectors());
        Assert.Empty(report.Failures);
        Assert.Equal(156, report.Passed);
    }

    [Theory]
    [InlineData("op: insert,", "op: insrt,", "unknown op")]
    [InlineData("profiles: [p61, p612, p72]", "profiles: [p61, p612, p99]", "unknown profile")]
    [InlineData("type: file, flags: []}", "typ: file, flags: []}", "unknown key 'typ'")]
    [InlineData("expect: {seq: 7, end: head}", "expect: {seq: 8, end: head}", "seq is 7, expected 8")]
    [InlineData("expect: {seq: 7, end: head}", "expect: {sq: 7}", "gives no 'sq'")]
    [InlineData("lists: {4: [c]}}", "lists: {4: [c], 5: [a]}}", "gives no '5'")]
    public void Run_SpoiltVector_FailsWithReason(string found, string spoilt, string reason)
    {
        string yaml = OwnVectors();
        Assert.Contains(found, yaml, StringComparison.Ordinal);
        int at = yaml.IndexOf(found, StringComparison.Ordinal);
        MglruVectorReport report = MglruVectors.Run(yaml[..at] + spoilt + yaml[(at + found.Length)..]);
        Assert.NotEmpty(report.Failures);
        Assert.Contains(report.Failures, line => line.Contains(reason, StringComparison.Ordinal));
    }

    internal static string OwnVectors()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "tests", "Replay.Tests", "Replacement", "reclaim-vectors.yaml");
            if (File.Exists(path))
            {
                return File.ReadAllText(path);
            }
        }
        throw new FileNotFoundException("reclaim-vectors.yaml");
    }
}
