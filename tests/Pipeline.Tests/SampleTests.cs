using System.Text.Json;

namespace SecondLook.Pipeline.Tests;

/// <summary>The samples through the executable, held against figures that other code counted (data/samples/cut.py).</summary>
public sealed class SampleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Samples => [.. Directory.GetDirectories(Path.Combine(RepositoryFiles.Root, "data", "samples")).Select(s => Path.GetFileName(s)!).Order(StringComparer.Ordinal)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Samples))]
    public void Dump_EventCounts_EqualThoseOfTheText(string sample)
    {
        string folder = RepositoryFiles.Sample(sample);
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "expected.json")));
        SecondLookProcess dump = SecondLookProcess.Run(_folder.Path, "dump", folder, "--json");
        Assert.True(dump.ExitCode == 0, dump.Errors);
        using JsonDocument found = JsonDocument.Parse(dump.Output);
        SortedDictionary<string, long> counts = new(StringComparer.Ordinal);
        foreach (JsonElement e in found.RootElement.GetProperty("events").EnumerateArray())
        {
            string source = e.GetProperty("src").GetString()!;
            counts[source] = counts.GetValueOrDefault(source) + 1;
        }
        foreach (JsonProperty other in found.RootElement.GetProperty("other_events_by_name").EnumerateObject())
        {
            counts[other.Name] = counts.GetValueOrDefault(other.Name) + other.Value.GetInt64();
        }
        foreach (JsonProperty name in expected.RootElement.GetProperty("events").EnumerateObject())
        {
            Assert.Equal((name.Name, name.Value.GetInt64()), (name.Name, counts.GetValueOrDefault(name.Name)));
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Run_EverySample_GivesAReportWithAVerdict(string sample)
    {
        string job = Path.Combine(RepositoryFiles.Root, "pipeline", "jobs", "quickstart.json");
        SecondLookProcess run = SecondLookProcess.Run(_folder.Path, "run", job, "-o", "run", "--set", $"trace.inputs=[\"{RepositoryFiles.Sample(sample)}\"]");
        Assert.True(run.ExitCode == 0, run.Errors);
        using JsonDocument summary = JsonDocument.Parse(File.ReadAllText(_folder.File("run/report/summary.json")));
        Assert.NotEmpty(summary.RootElement.GetProperty("verdict").ToString());
        Assert.All(File.ReadAllLines(_folder.File("run/report/summary.txt")), l => Assert.True(l.Length <= 72, l));
        foreach (string figure in (string[])["P1", "P5", "P6", "P9"])
        {
            Assert.True(File.Exists(_folder.File($"run/report/figures/{figure}.svg")), figure);
            Assert.True(File.Exists(_folder.File($"run/report/figures/{figure}.csv")), figure);
        }
        string html = File.ReadAllText(_folder.File("run/report/index.html"));
        Assert.DoesNotContain("http://", html.Replace("http://www.w3.org/", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("https://", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
    }
}
