using SecondLook.Contracts.Jobs;
using SecondLook.Ingest;
using SecondLook.Parquet;
using SecondLook.Replay;
using SecondLook.Replay.Schedules;

namespace SecondLook.Pipeline.Tests.Validation;

/// <summary>One genuine capture as the product reads it, with the guest's own record beside it.</summary>
internal sealed class CaptureUnderTest : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private CaptureUnderTest(string name, string folder)
    {
        Name = name;
        IngestStage.Run(new IngestRequest { Inputs = [folder], Codec = ParquetCodec.None, Threads = 2 }, _folder.File("events"), CancellationToken.None);
        Input = CaptureInput.Read(_folder.File("events"), name, CancellationToken.None);
        Truth = TruthSchedule.Build(Input.Truth!, Input.Pages, Input.Demand);
        Settings = ReplaySettings.Of(Job, Input, Schedule("latest", 1));
    }

    /// <summary>Name of its folder.</summary>
    public string Name { get; }

    /// <summary>What the replay reads.</summary>
    public CaptureInput Input { get; }

    /// <summary>Folder of its dataset.</summary>
    public string Events => _folder.File("events");

    /// <summary>The guest's own record.</summary>
    public AccessSchedule Truth { get; }

    /// <summary>Horizon and cold age as a job would choose them.</summary>
    public ReplaySettings Settings { get; }

    /// <summary>Whether the trace tells each answer, and each map.</summary>
    public bool HasSpteEvents => Input.Scan.Facts.SpteChanges;

    /// <summary>Whether walks ask KVM: 6.12 and later with page-table walks on.</summary>
    public bool WalksAsk => !Name.Contains("classic", StringComparison.Ordinal) && !Name.Contains("nowalk", StringComparison.Ordinal)
        && !Name.Contains("k61-", StringComparison.Ordinal) && !Name.EndsWith("k61", StringComparison.Ordinal) && !Name.Contains("noaf", StringComparison.Ordinal);

    /// <summary>A plain job on this capture.</summary>
    public Job Job { get; } = new() { Name = "validation", Trace = new TraceSection { Inputs = ["capture"] }, Policies = [] };

    /// <summary>Names of all captures with a trace and the guest's record; empty where the captures are absent.</summary>
    public static IReadOnlyList<string> Names { get; } = RepositoryFiles.Captures is not { } root ? [] : [.. Directory.GetDirectories(root)
        .Where(d => Directory.GetFiles(d, "truth.csv*").Length > 0)
        .Select(d => Path.GetFileName(d)!)
        .Order(StringComparer.Ordinal)];

    /// <summary>Reads a capture.</summary>
    public static CaptureUnderTest Open(string name) => new(name, Path.Combine(RepositoryFiles.Captures!, name));

    /// <summary>Reads a capture of which only one of its trace texts is taken, with all side files.</summary>
    /// <param name="name">Name of the capture.</param>
    /// <param name="text">File name of the text.</param>
    /// <param name="folder">An empty folder to put the files in.</param>
    public static CaptureUnderTest OpenText(string name, string text, string folder)
    {
        foreach (string file in Directory.GetFiles(Path.Combine(RepositoryFiles.Captures!, name)))
        {
            string own = Path.GetFileName(file);
            bool trace = own.StartsWith("trace", StringComparison.Ordinal) || own.StartsWith("report", StringComparison.Ordinal) || own.StartsWith("perf", StringComparison.Ordinal);
            if (!trace || own == text)
            {
                // A buffer read at its end is a plain trace file.
                File.Copy(file, Path.Combine(folder, own.Replace("trace-inst-overwr", "trace", StringComparison.Ordinal)));
            }
        }
        return new CaptureUnderTest(name, folder);
    }

    /// <summary>A schedule of the trace.</summary>
    public AccessSchedule Schedule(string option, int index) => new ScheduleBuilder(Input.Scan.Known, Input.Pages.Count, Input.Demand, Job.Seed).Build(option, index);

    /// <summary>A policy by preset name.</summary>
    public static PolicyPlan Plan(string preset) => ReplayCatalog.Resolve([new PolicySpec(preset, preset, new SortedDictionary<string, string>(StringComparer.Ordinal))])[0];

    public void Dispose() => _folder.Dispose();
}
