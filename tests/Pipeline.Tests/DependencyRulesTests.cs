using System.Reflection;

namespace SecondLook.Pipeline.Tests;

public sealed class DependencyRulesTests
{
    /// <summary>Who may refer to whom: Host to the stages, the stages to Contracts, Contracts to Parquet, Parquet to nothing of ours.</summary>
    [Theory]
    [InlineData("SecondLook.Parquet", "")]
    [InlineData("SecondLook.Contracts", "SecondLook.Parquet")]
    [InlineData("SecondLook.Ingest", "SecondLook.Contracts SecondLook.Parquet")]
    [InlineData("SecondLook.Replay", "SecondLook.Contracts SecondLook.Parquet")]
    [InlineData("SecondLook.Reports", "SecondLook.Contracts SecondLook.Parquet")]
    [InlineData("secondlook", "SecondLook.Contracts SecondLook.Ingest SecondLook.Parquet SecondLook.Replay SecondLook.Reports")]
    public void Assembly_References_OnlyWhatItMay(string assembly, string allowed)
    {
        string[] ours = [.. Assembly.Load(assembly).GetReferencedAssemblies()
            .Select(a => a.Name!)
            .Where(n => n.StartsWith("SecondLook", StringComparison.Ordinal) || n == "secondlook")];
        Assert.Empty(ours.Except(allowed.Split(' ')));
    }

    /// <summary>Inside a stage, folders refer downwards only.</summary>
    [Theory]
    [InlineData("src/Replay/Memory", "SecondLook.Replay", "Memory")]
    [InlineData("src/Replay/Mmu", "SecondLook.Replay", "Memory Mmu")]
    [InlineData("src/Ingest/Text", "SecondLook.Ingest", "Text")]
    [InlineData("src/Ingest/Formats", "SecondLook.Ingest", "Text Inputs Capture Meaning Formats")]
    [InlineData("src/Reports/Drawing", "SecondLook.Reports", "Drawing Writing")]
    public void Folder_Usings_PointDownwards(string folder, string rootNamespace, string allowed)
    {
        string[] names = allowed.Split(' ');
        foreach (string file in Directory.GetFiles(Path.Combine(RepositoryFiles.Root, folder), "*.cs", SearchOption.AllDirectories))
        {
            foreach (string line in File.ReadLines(file).Where(l => l.StartsWith($"using {rootNamespace}.", StringComparison.Ordinal)))
            {
                string first = line[$"using {rootNamespace}.".Length..].TrimEnd(';').Split('.')[0];
                Assert.True(names.Contains(first), $"{Path.GetRelativePath(RepositoryFiles.Root, file)}: {line}");
            }
        }
    }

    [Fact]
    public void Formats_DoNotKnowTracepoints()
    {
        foreach (string file in Directory.GetFiles(Path.Combine(RepositoryFiles.Root, "src/Ingest/Formats"), "*.cs", SearchOption.AllDirectories))
        {
            Assert.DoesNotContain("SecondLook.Ingest.Tracepoints", File.ReadAllText(file), StringComparison.Ordinal);
        }
    }
}
