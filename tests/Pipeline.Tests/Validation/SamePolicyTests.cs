using System.Text.Json;

namespace SecondLook.Pipeline.Tests.Validation;

/// <summary>A policy held against itself: the comparison must be exactly zero on every schedule.</summary>
public sealed class SamePolicyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("as-recorded")]
    [InlineData("capacity")]
    public void Compare_APolicyWithItself_IsExactlyZero(string demand)
    {
        string job = _folder.File("aa.json");
        File.WriteAllText(job, JsonSerializer.Serialize(new
        {
            trace = new { inputs = new[] { RepositoryFiles.Sample("tdp-mglru-k612") } },
            reclaim = new { demand },
            policies = new object[] { "mainline_6_12", new { preset = "mainline_6_12", name = "again" }, "lru", "opt" },
        }));
        SecondLookProcess run = SecondLookProcess.Run(_folder.Path, "run", job, "-o", "out");
        Assert.True(run.ExitCode == 0, run.Errors);
        using JsonDocument summary = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder.Path, "out", "report", "summary.json")));
        JsonElement verdict = summary.RootElement.GetProperty("verdict");
        Assert.Equal(0.0, verdict.GetProperty("effect").GetDouble());
        Assert.All(verdict.GetProperty("effect_range_over_schedules").EnumerateArray(), e => Assert.Equal(0.0, e.GetDouble()));
        JsonElement[] trust = [.. summary.RootElement.GetProperty("trust").EnumerateArray()];
        Assert.All(trust.Where(t => t.GetProperty("change").ValueKind == JsonValueKind.Number), t => Assert.Equal(0.0, t.GetProperty("change").GetDouble()));
    }
}
