using SecondLook.Contracts.Jobs;
using SecondLook.Contracts.Runs;
using SecondLook.Parquet;

namespace SecondLook.Replay.Tests.Captures;

/// <summary>A run folder in a temporary place that holds the dataset of one capture.</summary>
internal sealed class CapturedRun : IDisposable
{
    private CapturedRun(string root, string capture)
    {
        Folder = new RunFolder(root);
        Capture = capture;
    }

    /// <summary>The run folder.</summary>
    public RunFolder Folder { get; }

    /// <summary>Name of the capture.</summary>
    public string Capture { get; }

    /// <summary>Makes the dataset of a capture, or returns null when the captures are absent.</summary>
    public static CapturedRun? Of(string name)
    {
        if (SharedCaptures.Folder(name) is not { } capture)
        {
            return null;
        }
        string root = Directory.CreateTempSubdirectory("replay-test-").FullName;
        CapturedRun run = new(root, name);
        CaptureDataset.Write(capture, run.Folder.Events);
        return run;
    }

    /// <summary>A job on this capture.</summary>
    public Job Job(string demand, string accesses, params string[] policies) => new()
    {
        Name = "test",
        Trace = new TraceSection { Inputs = [Capture] },
        Schedule = new ScheduleSection { Accesses = accesses },
        Reclaim = new ReclaimSection { Demand = demand },
        Policies = [.. policies.Select(p => new PolicySpec(p, p, new SortedDictionary<string, string>(StringComparer.Ordinal)))],
        Codec = ParquetCodec.None,
    };

    public void Dispose() => Directory.Delete(Folder.Root, recursive: true);
}
