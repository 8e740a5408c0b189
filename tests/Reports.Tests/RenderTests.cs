using SecondLook.Reports.Tests.Fixtures;

namespace SecondLook.Reports.Tests;

/// <summary>Dev-only: with SECONDLOOK_RENDER set to a folder, fixture reports are left there to be looked at.</summary>
public sealed class RenderTests
{
    [Fact]
    public void Run_OnFixtures_WritesEveryArtefact()
    {
        string? folder = Environment.GetEnvironmentVariable("SECONDLOOK_RENDER");
        foreach (RunOptions options in FixtureRuns.All)
        {
            using FixtureRun run = new FixtureRun(options, folder is null ? null : Path.Combine(folder, options.Name)).Report();
            foreach (string name in (string[])["index.html", "summary.txt", "summary.json", "figures/p1.svg", "figures/p1.csv", "figures/p5.svg", "figures/p6.svg", "figures/p9.svg"])
            {
                Assert.True(new FileInfo(Path.Combine(run.Folder.Report, name)).Length > 50, $"{options.Name}: {name}");
            }
            Assert.True(File.Exists(run.Folder.Metrics) && File.Exists(run.Folder.MetricsCsv));
            Assert.Empty(Directory.GetFiles(run.Folder.Root, "*.partial", SearchOption.AllDirectories));
        }
    }
}
