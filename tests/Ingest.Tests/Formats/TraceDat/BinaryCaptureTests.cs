using System.Globalization;
using System.Text.Json;

namespace SecondLook.Ingest.Tests.Formats.TraceDat;

/// <summary>Genuine trace.dat and perf.data files against counts.csv and against the text of the same run.</summary>
public sealed class BinaryCaptureTests
{
    // The tools' own start-up inserts pages, so its count differs between tools; perf does not see marks.
    private static readonly string[] NotCompared = ["mm_lru_insertion", "tracing_mark_write", "print"];

    // Order and place differ by container; perf and text differ in what they know of threads: tgid always against only with record-tgid, the name
    // at that time against the last one; and the VM follows from the tgid.
    private static readonly string[] KeysNotCompared = ["record", "line", "ts_ns", "stream", "tgid", "comm", "vm", "clock_epoch"];

    public static TheoryData<string, string, string> Files()
    {
        TheoryData<string, string, string> data = [];
        foreach (string name in Captures.Names())
        {
            foreach ((string file, string column) in new[] { ("trace.dat", "report.txt"), ("perf.data", "perf-script.txt") })
            {
                if (PathOf(name, file) is not null)
                {
                    data.Add(name, file, column);
                }
            }
        }
        if (data.Count == 0)
        {
            data.Add("", "", "");
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void DumpJson_GenuineBinary_CountsWhatItsTextCounts(string capture, string file, string column)
    {
        if (capture.Length == 0)
        {
            return;
        }
        JsonElement dump = Dumped.Of(PathOf(capture, file)!);
        SortedDictionary<string, long> found = new(StringComparer.Ordinal);
        foreach (JsonElement e in dump.GetProperty("events").EnumerateArray())
        {
            string src = e.GetProperty("src").GetString()!;
            found[src] = found.GetValueOrDefault(src) + 1;
        }
        foreach (JsonProperty other in dump.GetProperty("other_events_by_name").EnumerateObject())
        {
            string name = other.Name == "print" ? "tracing_mark_write" : other.Name;
            found[name] = found.GetValueOrDefault(name) + other.Value.GetInt64();
        }
        Assert.Equal(Expected(Captures.Folder(capture)!, column), found);
        Assert.Equal(0, dump.GetProperty("quarantine").GetArrayLength());
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void DumpJson_GenuineBinary_IsTheSequenceOfTheText(string capture, string file, string column)
    {
        // A ring that lost events keeps different ones for each reader.
        if (capture.Length == 0 || column.Length == 0 || capture.Contains("lost", StringComparison.Ordinal) || PathOf(capture, "trace.txt") is not { } text)
        {
            return;
        }
        List<JsonElement> mine = ByCpu(Dumped.Of(PathOf(capture, file)!));
        List<JsonElement> wanted = ByCpu(Dumped.Of(text));
        Assert.Equal(wanted.Count, mine.Count);
        for (int i = 0; i < mine.Count; i++)
        {
            Assert.Equal(Fields(wanted[i]), Fields(mine[i]));
        }
    }

    private static List<JsonElement> ByCpu(JsonElement dump) =>
        [.. dump.GetProperty("events").EnumerateArray().Where(e => !NotCompared.Contains(e.GetProperty("src").GetString())).OrderBy(e => e.GetProperty("cpu").GetInt32())];

    private static string Fields(JsonElement e) =>
        string.Join(" ", e.EnumerateObject().Where(p => !KeysNotCompared.Contains(p.Name)).Select(p => $"{p.Name}={p.Value.GetRawText()}"));

    private static SortedDictionary<string, long> Expected(string folder, string column)
    {
        SortedDictionary<string, long> counts = new(StringComparer.Ordinal);
        string[] lines = File.ReadAllLines(Path.Combine(folder, "counts.csv"));
        int at = Array.IndexOf(lines[0].Split(','), column);
        foreach (string[] fields in lines.Skip(1).Select(l => l.Split(',')))
        {
            long count = long.Parse(fields[at], CultureInfo.InvariantCulture);
            if (fields[0][0] != '(' && count > 0)
            {
                counts[fields[0]] = count;
            }
        }
        return counts;
    }

    private static string? PathOf(string capture, string file) => Captures.Folder(capture) is not { } folder
        ? null
        : new[] { "", ".gz" }.Select(s => Path.Combine(folder, file + s)).FirstOrDefault(File.Exists);
}
