using System.Globalization;
using System.Text.Json;
using SecondLook.Ingest.Tests.Formats.TraceDat;
using SecondLook.Parquet;

namespace SecondLook.Ingest.Tests;

/// <summary>Every text that a tool printed of a genuine run holds the events that counts.csv lists, in the sequence of the run's own trace.txt.</summary>
public sealed class ToolTextTests
{
    // Two recorders of one run differ in what their own start-up does to the LRU lists.
    private static readonly string[] EventsNotCompared = ["mm_lru_insertion", "mm_lru_activate"];
    private static readonly string[] KeysNotCompared = ["line", "stream", "ts_ns", "ts_raw", "clock_epoch", "extra", "comm", "tgid", "vm", "cpu"];
    private const long MostNsApart = 20_000_000;

    /// <summary>What the tools print wrongly or not at all, by event: the columns that are left out.</summary>
    private static readonly Dictionary<string, string[]> NotParsed = new()
    {
        // trace-cmd's KVM plug-in decodes the role of a shadow page by an old layout and prints no gfn where it zaps; with -R it prints the raw role.
        ["kvm_mmu_get_page"] = ["direct", "level", "gfn", "space"],
        ["kvm_mmu_prepare_zap_page"] = ["direct", "level", "gfn", "space"],
        ["kvm_mmu_sync_page"] = ["direct", "level", "gfn", "space"],
        ["kvm_mmu_unsync_page"] = ["direct", "level", "gfn", "space"],
        // On arm64 trace-cmd prints the number of the exit where the kernel prints its name.
        ["kvm_exit"] = ["op"],
    };

    public static TheoryData<string, string> Texts() => Captures.Representations("report", "perf-script");

    [Theory]
    [MemberData(nameof(Texts))]
    public void DumpJson_TextOfATool_CountsAndFollowsTheRun(string capture, string representation)
    {
        if (capture.Length == 0 || PathOf(capture, representation) is not { } file)
        {
            return;
        }
        JsonElement dump = Dumped.Of(file);
        Assert.Equal(Expected(capture, representation), Counts(dump));
        Assert.Equal(0, dump.GetProperty("quarantine").GetArrayLength());
        // A ring that lost events keeps different ones for each reader.
        if (capture.Contains("lost", StringComparison.Ordinal) || PathOf(capture, "trace.txt") is not { } text)
        {
            return;
        }
        // The sequence of each thread: a preemptible tracepoint may write to two buffers from two CPUs, and threads interleave by their stamps.
        Dictionary<int, List<JsonElement>> wanted = ByThread(Dumped.Of(text));
        Dictionary<int, List<JsonElement>> found = ByThread(dump);
        Assert.Equal(wanted.Keys.Order(), found.Keys.Order());
        foreach ((int tid, List<JsonElement> events) in wanted)
        {
            Assert.Equal(events.Select(Fields), found[tid].Select(Fields));
            // Some tools recorded on another clock. A thread may lose the CPU between two buffers, so one stamp may lie further off.
            long[] apart = [.. events.Zip(found[tid], (a, b) => Math.Abs(Stamp(a) - Stamp(b)))];
            Assert.True(apart[0] > MostNsApart || apart.Count(ns => ns > MostNsApart) <= 1, $"thread {tid}: {apart.Max()} ns apart");
        }
    }

    private static Dictionary<int, List<JsonElement>> ByThread(JsonElement dump) => dump.GetProperty("events").EnumerateArray()
        .Where(e => !EventsNotCompared.Contains(e.GetProperty("src").GetString()))
        .GroupBy(e => e.GetProperty("tid").GetInt32())
        .ToDictionary(g => g.Key, g => g.ToList());

    private static long Stamp(JsonElement e) => e.GetProperty("ts_ns").GetInt64();

    private static string Fields(JsonElement e)
    {
        string[] left = NotParsed.GetValueOrDefault(e.GetProperty("src").GetString()!, []);
        return string.Join(' ', e.EnumerateObject()
            .Where(p => !KeysNotCompared.Contains(p.Name) && !left.Contains(p.Name))
            .OrderBy(p => p.Name, StringComparer.Ordinal)
            .Select(p => $"{p.Name}={p.Value.GetRawText()}"));
    }

    private static SortedDictionary<string, long> Counts(JsonElement dump)
    {
        SortedDictionary<string, long> counts = new(StringComparer.Ordinal);
        foreach (JsonElement e in dump.GetProperty("events").EnumerateArray())
        {
            string src = e.GetProperty("src").GetString()!;
            counts[src] = counts.GetValueOrDefault(src) + 1;
        }
        foreach (JsonProperty other in dump.GetProperty("other_events_by_name").EnumerateObject())
        {
            counts[other.Name] = counts.GetValueOrDefault(other.Name) + other.Value.GetInt64();
        }
        return counts;
    }

    private static SortedDictionary<string, long> Expected(string capture, string representation)
    {
        SortedDictionary<string, long> counts = new(StringComparer.Ordinal);
        string[] lines = File.ReadAllLines(Path.Combine(Captures.Folder(capture)!, "counts.csv"));
        int column = Array.IndexOf(lines[0].Split(','), representation);
        foreach (string[] fields in lines.Skip(1).Select(l => l.Split(',')))
        {
            long count = long.Parse(fields[column], CultureInfo.InvariantCulture);
            if (fields[0][0] != '(' && count > 0)
            {
                counts[fields[0]] = count;
            }
        }
        return counts;
    }

    private static string? PathOf(string capture, string file) => Captures.Folder(capture) is not { } folder
        ? null
        : new[] { "", ".gz", ".zst" }.Select(s => Path.Combine(folder, file + s)).FirstOrDefault(f => File.Exists(f) && (!f.EndsWith(".zst", StringComparison.Ordinal) || ParquetCodecs.ZstdAvailable));
}
