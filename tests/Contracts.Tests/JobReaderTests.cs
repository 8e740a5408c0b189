using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Jobs;
using SecondLook.Parquet;

namespace SecondLook.Contracts.Tests;

public sealed class JobReaderTests : IDisposable
{
    private static readonly JobVocabulary Names = new()
    {
        Presets = ["lru", "mainline_6_12", "mglru_6_1", "opt"],
        Switches = ["walk", "evict"],
        ScheduleOptions = ["earliest", "latest", "uniform"],
        Formats = ["ftrace-text"],
        Metrics = ["false_cold_rate"],
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("secondlook-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Read_ThreeMistakes_TellsAllOfThemAtOnce()
    {
        string job = Write("""
            { "trace": { "inputs": ["nothing-here"] }, "polices": ["lru"], "policies": ["mainline_6_2"], "reclaim": { "demand": "as-recorded" } }
            """);
        UsageException e = Assert.Throws<UsageException>(() => JobReader.Read(job, [], Names));
        Assert.Equal(2, e.ExitCode);
        Assert.Equal(3, e.Problems.Count);
        Assert.Contains(e.Problems, p => p.StartsWith("polices: unknown key; did you mean 'policies'?", StringComparison.Ordinal));
        Assert.Contains(e.Problems, p => p.StartsWith("trace.inputs[0]: no file or folder", StringComparison.Ordinal));
        Assert.Contains(e.Problems, p => p.StartsWith("policies[0]: 'mainline_6_2' is not known; did you mean 'mainline_6_12'?", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_CommentsAndOverrides_GiveTheJobMeant()
    {
        string job = Write("""
            // a comment
            { "trace": { "inputs": ["."] }, "policies": ["lru", { "preset": "mainline_6_12", "walk": "primary" },], "seed": 7, "metrics": { "horizon": "250ms" } }
            """);
        Job read = JobReader.Read(job, ["reclaim.demand=capacity", "reclaim.capacities=[\"50%\"]", "codec=brotli"], Names);
        Assert.Equal("job", read.Name);
        Assert.Equal(_folder, Path.TrimEndingDirectorySeparator(read.Trace.Inputs[0]));
        Assert.Equal("capacity", read.Reclaim.Demand);
        Assert.Equal(["50%"], read.Reclaim.Capacities);
        Assert.Equal(ParquetCodec.Brotli, read.Codec);
        Assert.Equal(250_000_000, read.Metrics.HorizonNs);
        Assert.Equal(7UL, read.Seed);
        Assert.Equal("mainline_6_12.walk-primary", read.Policies[1].Name);
        Assert.Equal("primary", read.Policies[1].Switches["walk"]);
    }

    [Theory]
    [InlineData("", "job: job.json is not JSON")]
    [InlineData("[]", "job: expected an object")]
    [InlineData("{ \"trace\": 1, \"policies\": [\"lru\"] }", "trace: expected an object, found 1")]
    [InlineData("{ \"trace\": { \"inputs\": [\".\"] }, \"policies\": [\"lru\", \"lru\"] }", "policies[1]: the name 'lru' is used twice")]
    [InlineData("{ \"trace\": { \"inputs\": [\".\"] }, \"policies\": [\"lru\"], \"seed\": -1 }", "seed: expected a whole number")]
    [InlineData("{ \"trace\": { \"inputs\": [\".\"] }, \"policies\": [\"lru\"], \"name\": \"../x\" }", "name: '../x' names a folder")]
    [InlineData("{ \"trace\": { \"inputs\": [\".\"] }, \"policies\": [\"lru\"], \"reclaim\": { \"capacities\": [\"many\"] } }", "reclaim.capacities[0]: expected a size")]
    [InlineData("{ \"trace\": { \"inputs\": [\".\"] }, \"policies\": [\"lru\"], \"thresholds\": { \"lru.false_cold\": 1 } }", "did you mean 'false_cold_rate'?")]
    [InlineData("{ \"trace\": { \"inputs\": [\".\"] }, \"policies\": [{ \"preset\": \"lru\", \"wlak\": 1 }] }", "policies[0].wlak: 'wlak' is not known; did you mean 'walk'?")]
    public void Read_Mistake_NamesPlaceAndRemedy(string text, string expected)
    {
        UsageException e = Assert.Throws<UsageException>(() => JobReader.Read(Write(text), [], Names));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NormalForm_ReadBack_IsTheSameText()
    {
        string job = Write("""
            { "trace": { "inputs": ["."], "options": { "spte": "npt" } }, "policies": [{ "preset": "lru", "name": "x", "walk": true }], "thresholds": { "x.false_cold_rate": 0.25 } }
            """);
        string text = JobJson.ToText(JobReader.Read(job, ["metrics.cold_age=2 min"], Names));
        using System.Text.Json.JsonDocument document = System.Text.Json.JsonDocument.Parse(text);
        Job again = JobJson.Read(document.RootElement);
        Assert.Equal(text, JobJson.ToText(again));
        Assert.Equal(120_000_000_000, again.Metrics.ColdAgeNs);
        Assert.DoesNotContain(_folder, text, StringComparison.Ordinal);
    }

    private string Write(string text)
    {
        string path = Path.Combine(_folder, "job.json");
        File.WriteAllText(path, text);
        return path;
    }
}
