namespace SecondLook.Pipeline.Tests;

/// <summary>The README cannot lie: its commands are run as written, its figure is the one that the quickstart draws.</summary>
public sealed class ReadmeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Quickstart_WithoutAVerb_PrintsTheReportsPath_AndDrawsTheFigureOfTheReadme()
    {
        SecondLookProcess run = SecondLookProcess.Run(_folder.Path);
        Assert.True(run.ExitCode == 0, run.Errors);
        string page = _folder.File(run.LastLine);
        Assert.True(File.Exists(page), run.Output);
        string drawn = File.ReadAllText(Path.Combine(Path.GetDirectoryName(page)!, "figures", "P1.svg"));
        string shown = Path.Combine(RepositoryFiles.Root, "docs", "quickstart-p1.svg");
        if (Environment.GetEnvironmentVariable("SECONDLOOK_ACCEPT") == "1")
        {
            File.WriteAllText(shown, drawn);
        }
        Assert.Equal(drawn, File.ReadAllText(shown));
    }

    [Theory]
    [InlineData("dotnet run -c Release --project pipeline/Host")]
    [InlineData("dotnet test -c Release")]
    public void Readme_NamesTheTwoCommands(string command) =>
        Assert.Contains(command, File.ReadAllText(Path.Combine(RepositoryFiles.Root, "README.md")), StringComparison.Ordinal);

    [Fact]
    public void Jobs_EveryJobOfTheTree_IsInTheTableOfThePipeline()
    {
        string table = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "pipeline", "README.md"));
        foreach (string job in Directory.GetFiles(Path.Combine(RepositoryFiles.Root, "pipeline", "jobs"), "*.json"))
        {
            Assert.Contains($"(jobs/{Path.GetFileName(job)})", table, StringComparison.Ordinal);
            SecondLookProcess run = SecondLookProcess.Run(_folder.Path, "run", job, "-o", Path.GetFileNameWithoutExtension(job));
            Assert.True(run.ExitCode == 0, run.Errors);
        }
    }
}
