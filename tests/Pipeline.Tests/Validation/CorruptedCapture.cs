using System.IO.Compression;
using System.Text.Json;
using SecondLook.Contracts.Jobs;
using SecondLook.Contracts.Runs;
using SecondLook.Ingest;
using SecondLook.Parquet;
using SecondLook.Replay;
using SecondLook.Reports;

namespace SecondLook.Pipeline.Tests.Validation;

/// <summary>A clean capture whose trace text is damaged by a known amount and run through the whole pipeline.</summary>
internal sealed class CorruptedCapture
{
    private static readonly string[] SideFiles = ["actions.csv", "memslots.csv", "job.env", "uname.txt", "run.txt", "capture.md", "lru_gen_enabled.txt"];
    private readonly string _source;
    private readonly string[] _lines;

    /// <summary>Reads the text of a capture.</summary>
    public CorruptedCapture(string name)
    {
        _source = Path.Combine(RepositoryFiles.Captures!, name);
        string plain = Path.Combine(_source, "trace.txt");
        if (File.Exists(plain))
        {
            _lines = File.ReadAllLines(plain);
            return;
        }
        using GZipStream stream = new(File.OpenRead(plain + ".gz"), CompressionMode.Decompress);
        using StreamReader reader = new(stream);
        _lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Lines of the clean text.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Effect of the report on a text, in points, and the sum of what its trust box says of the input; null where no headline is printed.</summary>
    public (double Effect, double Bound)? Report(IEnumerable<string> lines)
    {
        using TemporaryFolder folder = new();
        string capture = folder.File("capture");
        Directory.CreateDirectory(capture);
        File.WriteAllLines(Path.Combine(capture, "trace.txt"), lines);
        foreach (string file in SideFiles.SelectMany(f => new[] { f, f + ".gz" }).Where(f => File.Exists(Path.Combine(_source, f))))
        {
            File.Copy(Path.Combine(_source, file), Path.Combine(capture, file));
        }
        RunFolder run = new(folder.File("run"));
        Job job = new()
        {
            Name = "corrupted",
            Trace = new TraceSection { Inputs = [capture] },
            Schedule = new ScheduleSection { Options = ["latest"] },
            Policies = [Policy("mainline_6_12"), Policy("mglru_6_1")],
            Codec = ParquetCodec.None,
        };
        IngestStage.Run(new IngestRequest { Inputs = [capture], Codec = ParquetCodec.None }, run.Events, CancellationToken.None);
        ReplayStage.Run(job, run, 1, null, CancellationToken.None);
        ReportStage.Run(job, run);
        using JsonDocument summary = JsonDocument.Parse(File.ReadAllText(Path.Combine(run.Report, "summary.json")));
        JsonElement effect = summary.RootElement.GetProperty("verdict").GetProperty("effect");
        if (effect.ValueKind != JsonValueKind.Number)
        {
            return null;
        }
        double bound = 0;
        foreach (JsonElement row in summary.RootElement.GetProperty("trust").EnumerateArray())
        {
            // What the machine and the guest would do is in the clean report too.
            if (row.GetProperty("gap").GetString() is not ("Under emulation" or "Open loop") && row.GetProperty("change").ValueKind == JsonValueKind.Number
                && row.GetProperty("gap").GetString() != "All gaps together")
            {
                bound += row.GetProperty("change").GetDouble();
            }
        }
        return (effect.GetDouble() * 100, bound);
    }

    private static PolicySpec Policy(string name) => new(name, name, new SortedDictionary<string, string>(StringComparer.Ordinal));
}
