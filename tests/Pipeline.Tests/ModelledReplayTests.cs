using System.Text.Json;

namespace SecondLook.Pipeline.Tests;

/// <summary>The trace that a replayed policy would have left behind, read back by Ingest beside the memslots of its capture.</summary>
public sealed class ModelledReplayTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_WithModelledTrace_WritesWhatInspectUnderstands()
    {
        string sample = RepositoryFiles.Sample("tdp-mglru-k612");
        string job = Path.Combine(RepositoryFiles.Root, "pipeline", "jobs", "quickstart.json");
        string[] words = ["run", job, "-o", "run", "--set", $"trace.inputs=[\"{sample}\"]", "--set", "schedule.accesses=truth", "--set", "policies=[\"mainline_6_12\",\"mglru_6_1\",\"lru\"]"];
        SecondLookProcess with = SecondLookProcess.Run(_folder.Path, [.. words, "--set", "report.modelled_trace=true"]);
        Assert.True(with.ExitCode == 0, with.Errors);
        Assert.False(File.Exists(_folder.File("run/replay/lru/modelled.trace.txt")));
        JsonElement asking = Inspect("mainline_6_12", sample);
        JsonElement blind = Inspect("mglru_6_1", sample);
        // Every old value follows from the event before, and every answer is known: nothing of the model's order is lost on the way.
        foreach (JsonElement one in (JsonElement[])[asking, blind])
        {
            Assert.Equal(0, one.GetProperty("leaf_events").GetProperty("old_differs").GetInt64());
            Assert.True(one.GetProperty("leaf_events").GetProperty("old_follows").GetInt64() > 500);
            Assert.Equal(0, one.GetProperty("answers").GetProperty("unknown").GetInt64());
            Assert.Equal(0, one.GetProperty("quarantined").GetInt64());
        }
        Assert.True(Calls(asking) > 2 * Calls(blind), $"{Calls(asking)} calls against {Calls(blind)}");

        SecondLookProcess without = SecondLookProcess.Run(_folder.Path, [.. words[..3], "plain", .. words[4..]]);
        Assert.True(without.ExitCode == 0, without.Errors);
        // Tracing takes another path through the model; what is counted stays the same.
        foreach (string table in (string[])["costs", "evictions", "aging_passes", "notifier_calls"])
        {
            Assert.Equal(File.ReadAllBytes(_folder.File($"plain/replay/mainline_6_12/{table}.parquet")), File.ReadAllBytes(_folder.File($"run/replay/mainline_6_12/{table}.parquet")));
        }
    }

    private static long Calls(JsonElement capture) => capture.GetProperty("answers").GetProperty("aging_calls").GetInt64();

    private JsonElement Inspect(string policy, string sample)
    {
        string folder = _folder.File("modelled-" + policy);
        Directory.CreateDirectory(folder);
        File.Copy(_folder.File($"run/replay/{policy}/modelled.trace.txt"), Path.Combine(folder, "trace.txt"));
        File.Copy(Path.Combine(sample, "memslots.csv"), Path.Combine(folder, "memslots.csv"));
        SecondLookProcess inspect = SecondLookProcess.Run(_folder.Path, "inspect", folder, "--json");
        Assert.True(inspect.ExitCode == 0, inspect.Errors);
        using JsonDocument document = JsonDocument.Parse(inspect.Output);
        return document.RootElement.GetProperty("captures")[0].Clone();
    }
}
