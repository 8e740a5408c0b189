using SecondLook.Contracts.Runs;

namespace SecondLook.Pipeline.Tests;

public sealed class DeterminismTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("tdp-mglru-k612", "as-recorded")]
    [InlineData("tdp-mglru-k612", "capacity")]
    [InlineData("lost-events-k72", "as-recorded")]
    public void Run_TwiceAndWithOneThread_GivesTheSameBytes(string sample, string demand)
    {
        string first = Run("first", sample, demand, "2");
        string second = Run("second", sample, demand, "2");
        string alone = Run("alone", sample, demand, "1");
        SortedDictionary<string, string> expected = Hashes(first);
        Assert.Contains("report/index.html", expected.Keys);
        Assert.Equal(expected, Hashes(second));
        Assert.Equal(expected, Hashes(alone));
    }

    [Fact]
    public void Run_Killed_GoesOnToTheSameBytes()
    {
        string whole = Run("whole", "tdp-mglru-k612", "as-recorded", "2");
        string partial = _folder.File("partial");
        Copy(whole, partial);
        // A run that was killed after ingest has its dataset and no more.
        foreach (string gone in (string[])["schedule", "replay", "report"])
        {
            Directory.Delete(Path.Combine(partial, gone), recursive: true);
        }
        foreach (string gone in (string[])["metrics.parquet", "metrics.csv", "calibration.json"])
        {
            File.Delete(Path.Combine(partial, gone));
        }
        Assert.Equal(Hashes(whole), Hashes(Run("partial", "tdp-mglru-k612", "as-recorded", "2")));
    }

    private string Run(string name, string sample, string demand, string jobs)
    {
        string job = Path.Combine(RepositoryFiles.Root, "pipeline", "jobs", "quickstart.json");
        SecondLookProcess run = SecondLookProcess.Run(
            _folder.Path, "run", job, "-o", name, "--jobs", jobs, "--set", $"trace.inputs=[\"{RepositoryFiles.Sample(sample)}\"]", "--set", $"reclaim.demand={demand}");
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Equal(Path.Combine(name, "report", "index.html"), run.LastLine);
        return _folder.File(name);
    }

    private static SortedDictionary<string, string> Hashes(string folder)
    {
        SortedDictionary<string, string> hashes = new(StringComparer.Ordinal);
        foreach (string file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            hashes.Add(Path.GetRelativePath(folder, file), ContentHash.OfFile(file));
        }
        return hashes;
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
