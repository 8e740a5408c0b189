using System.IO.Compression;
using System.Text.Json;
using SecondLook.Contracts.Jobs;
using SecondLook.Contracts.Runs;
using SecondLook.Ingest;
using SecondLook.Parquet;
using SecondLook.Replay;
using SecondLook.Replay.Bounds;
using SecondLook.Replay.Schedules;
using SecondLook.Reports;
using SecondLook.Reports.Facts;

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

    /// <summary>A text as the replay reads it.</summary>
    public CaptureInput Read(IEnumerable<string> lines)
    {
        using TemporaryFolder folder = new();
        string events = folder.File("events");
        IngestStage.Run(new IngestRequest { Inputs = [Write(folder, lines)], Codec = ParquetCodec.None }, events, CancellationToken.None);
        return CaptureInput.Read(events, "corrupted", CancellationToken.None);
    }

    /// <summary>
    /// Effect on a text, in points, and the sum of what the defects of the input could do to it: the numbers of the report, without the rest of the report; null where no
    /// headline is printed.
    /// </summary>
    public (double Effect, double Bound)? Judge(IEnumerable<string> lines)
    {
        using TemporaryFolder folder = new();
        Job job = JobOf(Write(folder, lines));
        RunFolder run = new(folder.File("run"));
        IngestStage.Run(new IngestRequest { Inputs = [.. job.Trace.Inputs], Codec = ParquetCodec.None }, run.Events, CancellationToken.None);
        CaptureInput input = CaptureInput.Read(run.Events, ReplayStage.NameOf(job), CancellationToken.None);
        AccessSchedule head = new ScheduleBuilder(input.Scan.Known, input.Pages.Count, input.Demand, job.Seed).Build("latest", 1);
        if (!(head.Coverage >= ScheduleFacts.CoverageNeeded))
        {
            return null;
        }
        Directory.CreateDirectory(run.Replay);
        List<BoundingReplay> rows = TrustBounds.Run(
            job, input, ReplaySettings.Of(job, input, head), head, ReplayCatalog.Resolve(job.Policies), RecordedDamage.Read(run.Events), CancellationToken.None, machine: false);
        BoundingReplay.Write(Path.Combine(run.Replay, "bounding.parquet"), rows, ParquetCodec.None);
        BoundingFacts facts = BoundingFacts.Read(run);
        (string candidate, string baseline) = (job.Policies[0].Name, job.Policies[1].Name);
        double bound = rows.Select(r => r.Defect).Distinct().Where(d => d != "none").Sum(d => facts.PointsOf(d, candidate, baseline, perEviction: true) ?? 0);
        BoundingReplay a = rows.First(r => r.Defect == "none" && r.Policy == candidate);
        BoundingReplay b = rows.First(r => r.Defect == "none" && r.Policy == baseline);
        return ((((double)a.Refaults / a.Evictions / ((double)b.Refaults / b.Evictions)) - 1) * 100, bound);
    }

    /// <summary>Effect of the report on a text, in points, and the sum of what its trust box says of the input; null where no headline is printed.</summary>
    public (double Effect, double Bound)? Report(IEnumerable<string> lines)
    {
        using TemporaryFolder folder = new();
        RunFolder run = new(folder.File("run"));
        Job job = JobOf(Write(folder, lines));
        IngestStage.Run(new IngestRequest { Inputs = [.. job.Trace.Inputs], Codec = ParquetCodec.None }, run.Events, CancellationToken.None);
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

    private string Write(TemporaryFolder folder, IEnumerable<string> lines)
    {
        string capture = folder.File("capture");
        Directory.CreateDirectory(capture);
        File.WriteAllLines(Path.Combine(capture, "trace.txt"), lines);
        foreach (string file in SideFiles.SelectMany(f => new[] { f, f + ".gz" }).Where(f => File.Exists(Path.Combine(_source, f))))
        {
            File.Copy(Path.Combine(_source, file), Path.Combine(capture, file));
        }
        return capture;
    }

    private static Job JobOf(string capture) => new()
    {
        Name = "corrupted",
        Trace = new TraceSection { Inputs = [capture] },
        Schedule = new ScheduleSection { Options = ["latest"] },
        Policies = [Policy("mainline_6_12"), Policy("mglru_6_1")],
        Codec = ParquetCodec.None,
    };

    private static PolicySpec Policy(string name) => new(name, name, new SortedDictionary<string, string>(StringComparer.Ordinal));
}
