using System.Text.Json;

namespace SecondLook.Pipeline.Tests;

/// <summary><c>synth --as</c>: one file from a workload, the same events as text and as records.</summary>
public sealed class SynthFileTests
{
    public static TheoryData<string> Workloads() => [.. Replay.Workloads.WorkloadCatalog.Names];

    [Theory]
    [MemberData(nameof(Workloads))]
    public void Synth_TextAndRecordsOfAWorkload_HoldTheSameEvents(string workload)
    {
        using TemporaryFolder folder = new();
        Assert.Equal("a.txt", Synth(folder.Path, workload, "--as", "ftrace", "-o", "a.txt").LastLine);
        SecondLookProcess records = Synth(folder.Path, workload, "--as", "trace_dat", "-o", "a.dat");
        Assert.Equal("a.dat", records.LastLine);
        Assert.Empty(records.Errors);
        (string[] text, string counters) = Events(folder.Path, "a.txt");
        (string[] dat, string datCounters) = Events(folder.Path, "a.dat");
        Assert.NotEmpty(text);
        Assert.Equal(counters, datCounters);
        Assert.Equal(text, dat);
        string[] accesses = File.ReadAllLines(System.IO.Path.Combine(folder.Path, Accesses(folder.Path, workload)));
        Assert.Equal("time_ns,page", accesses[0]);
        Assert.True(accesses.Length > 100);
        Assert.Equal(["a.csv", "a.dat", "a.txt"], Directory.GetFileSystemEntries(folder.Path).Select(System.IO.Path.GetFileName).Order());
    }

    [Fact]
    public void Synth_WrongUse_SaysAllThatIsWrong()
    {
        using TemporaryFolder folder = new();
        SecondLookProcess none = SecondLookProcess.Run(folder.Path, "synth", "memslot_chrn", "--as", "tracedat", "--size", "big");
        Assert.Equal(2, none.ExitCode);
        Assert.Contains("memslot_churn", none.Errors, StringComparison.Ordinal);
        Assert.Contains("--as", none.Errors, StringComparison.Ordinal);
        Assert.Equal(2, SecondLookProcess.Run(folder.Path, "synth", "mix").ExitCode);
        SecondLookProcess bare = SecondLookProcess.Run(folder.Path, "synth", "mix", "--as", "ftrace", "--size", "100000");
        Assert.Equal(2, bare.ExitCode);
        Assert.Contains("'100000' is no size", bare.Errors, StringComparison.Ordinal);
        Assert.Equal(2, SecondLookProcess.Run(folder.Path, "synth", "memslot_churn", "--size", "1GiB").ExitCode);
    }

    private static string Accesses(string folder, string workload) => Synth(folder, workload, "--as", "accesses", "-o", "a.csv").LastLine;

    private static SecondLookProcess Synth(string folder, params string[] arguments)
    {
        SecondLookProcess made = SecondLookProcess.Run(folder, ["synth", .. arguments]);
        Assert.True(made.ExitCode == 0, made.Errors);
        return made;
    }

    // The records of equal stamps are merged by CPU, the text has its own order: each CPU is compared for itself.
    private static (string[] Lines, string Counters) Events(string folder, string file)
    {
        using JsonDocument dump = JsonDocument.Parse(SecondLookProcess.Run(folder, "dump", "--json", file).Output);
        string[] lines = [.. dump.RootElement.GetProperty("events").EnumerateArray().OrderBy(e => e.GetProperty("cpu").GetInt32())
            .Select(e => string.Join(' ', e.EnumerateObject().Where(p => p.Name is not ("line" or "record" or "stream")).Select(p => $"{p.Name}={p.Value}")))];
        return (lines, dump.RootElement.GetProperty("counters").GetRawText());
    }
}
