using System.Globalization;
using System.Text.Json;
using SecondLook.Parquet;

namespace SecondLook.Ingest.Tests;

/// <summary>Every genuine capture holds exactly the events that its counts.csv lists, name by name.</summary>
public sealed class CaptureCountsTests
{
    private static readonly string[] Suffixes = ["", ".gz", ".zst"];

    public static TheoryData<string, string> Texts() => Captures.Representations("trace.txt", "trace_pipe");

    [Theory]
    [MemberData(nameof(Texts))]
    public void DumpJson_GenuineText_CountsWhatCountsCsvCounts(string capture, string representation)
    {
        if (capture.Length == 0 || Captures.Folder(capture) is not { } folder)
        {
            return;
        }
        string? file = Suffixes.Select(s => Path.Combine(folder, representation + s)).FirstOrDefault(File.Exists);
        if (file is null || (file.EndsWith(".zst", StringComparison.Ordinal) && !ParquetCodecs.ZstdAvailable))
        {
            return;
        }
        SortedDictionary<string, long> expected = Expected(folder, representation, out long lostLines);
        SortedDictionary<string, long> found = new(StringComparer.Ordinal);
        using StringWriter output = new();
        IngestStage.DumpJson(new IngestRequest { Inputs = [file] }, output, CancellationToken.None);
        using JsonDocument dump = JsonDocument.Parse(output.ToString());
        foreach (JsonElement e in dump.RootElement.GetProperty("events").EnumerateArray())
        {
            string src = e.GetProperty("src").GetString()!;
            found[src] = found.GetValueOrDefault(src) + 1;
        }
        foreach (JsonProperty other in dump.RootElement.GetProperty("other_events_by_name").EnumerateObject())
        {
            found[other.Name] = found.GetValueOrDefault(other.Name) + other.Value.GetInt64();
        }
        Assert.Equal(expected, found);
        Assert.Equal(lostLines, dump.RootElement.GetProperty("gaps").GetArrayLength());
        Assert.Equal(0, dump.RootElement.GetProperty("quarantine").GetArrayLength());
    }

    private static SortedDictionary<string, long> Expected(string folder, string representation, out long lostLines)
    {
        SortedDictionary<string, long> counts = new(StringComparer.Ordinal);
        lostLines = 0;
        string[] lines = File.ReadAllLines(Path.Combine(folder, "counts.csv"));
        int column = Array.IndexOf(lines[0].Split(','), representation);
        foreach (string line in lines.Skip(1))
        {
            string[] fields = line.Split(',');
            long count = long.Parse(fields[column], CultureInfo.InvariantCulture);
            if (fields[0].StartsWith("(lost", StringComparison.Ordinal))
            {
                lostLines = count;
            }
            else if (fields[0][0] != '(' && count > 0)
            {
                counts[fields[0]] = count;
            }
        }
        return counts;
    }
}
