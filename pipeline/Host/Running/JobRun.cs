using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Jobs;
using SecondLook.Contracts.Runs;
using SecondLook.Ingest;
using SecondLook.Replay;
using SecondLook.Reports;

namespace SecondLook.Host.Running;

/// <summary>One job in its run folder: opens and locks the folder, runs stages, skips what an earlier run of the same manifest finished.</summary>
public sealed class JobRun : IDisposable
{
    private readonly Job _job;
    private readonly int _threads;
    private readonly IProgress<StageProgress> _progress;
    private readonly CancellationToken _cancel;
    private readonly FileStream _lock;
    private readonly bool _fresh;
    private readonly string? _spool;
    private readonly Dictionary<string, string> _hashes;

    private JobRun(Job job, RunFolder folder, FileStream folderLock, bool fresh, string? spool, Dictionary<string, string> hashes, int threads, IProgress<StageProgress> progress, CancellationToken cancel)
    {
        _job = job;
        Folder = folder;
        _lock = folderLock;
        _fresh = fresh;
        _spool = spool;
        _hashes = hashes;
        _threads = threads;
        _progress = progress;
        _cancel = cancel;
    }

    /// <summary>Places of the artefacts.</summary>
    public RunFolder Folder { get; }

    /// <summary>Opens the run folder of a job: <c>runs/&lt;job&gt;-&lt;hash&gt;</c>, or the folder asked for.</summary>
    /// <exception cref="OutputException">The folder cannot be written, is in use, or holds another run.</exception>
    public static JobRun Open(Job job, string? output, int threads, IProgress<StageProgress> progress, CancellationToken cancel)
    {
        job = job with { Codec = CodecChoice.Usable(job.Codec) };
        (job, string? spool) = SpoolStdin(job, cancel);
        Dictionary<string, string> hashes = new(StringComparer.Ordinal);
        string manifest = RunManifest.Text(job, InputIdentity.Of(job.Trace.Inputs, hashes));
        string hash = ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(manifest))[..12];
        RunFolder folder = new(output ?? Path.Combine("runs", $"{job.Name}-{hash}"));
        try
        {
            Directory.CreateDirectory(folder.Root);
            FileStream folderLock = Lock(folder);
            bool fresh = !File.Exists(folder.Manifest);
            if (!fresh && File.ReadAllText(folder.Manifest) != manifest)
            {
                folderLock.Dispose();
                throw new OutputException($"{folder.Root} holds another run (its manifest.json differs); choose another folder with -o, or remove it");
            }
            AtomicFile.WriteText(folder.Manifest, manifest);
            return new JobRun(job, folder, folderLock, fresh, spool, hashes, threads, progress, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"{folder.Root}: cannot be written: {e.Message}");
        }
    }

    /// <summary>Reads the traces into <c>events/</c>, unless they are there.</summary>
    public void Ingest()
    {
        if (Directory.Exists(Folder.Events))
        {
            return;
        }
        bool done = false;
        try
        {
            IngestStage.Run(
                new IngestRequest
                {
                    Inputs = _job.Trace.Inputs,
                    Memslots = _job.Trace.Memslots,
                    Format = _job.Trace.Format,
                    Options = _job.Trace.Options,
                    Codec = _job.Codec,
                    KnownHashes = _hashes,
                    Threads = _threads,
                    Progress = _progress,
                },
                Folder.Events,
                _cancel);
            AtomicFile.WriteText(Folder.Diagnostics, File.ReadAllText(Path.Combine(Folder.Events, "diagnostics.json")));
            done = true;
        }
        finally
        {
            // A run whose input was refused leaves nothing that looks like a run.
            if (!done && _fresh)
            {
                File.Delete(Folder.Manifest);
            }
        }
    }

    /// <summary>Replays every policy, except those whose tables are there.</summary>
    /// <exception cref="ArtifactException">There is no dataset.</exception>
    public void Replay()
    {
        if (!Directory.Exists(Folder.Events))
        {
            throw new ArtifactException(Folder.Events, "no such folder", "the dataset of this job");
        }
        ReplayStage.Run(_job, Folder, _threads, _progress, _cancel);
    }

    /// <summary>Writes the report, unless it is there.</summary>
    public void Report()
    {
        if (!File.Exists(Folder.IndexHtml))
        {
            ReportStage.Run(_job, Folder, _progress, _cancel);
        }
    }

    /// <summary>Unlocks the folder; removes it when nothing was made.</summary>
    public void Dispose()
    {
        _lock.Dispose();
        if (_spool is not null)
        {
            File.Delete(_spool);
        }
        if (_fresh && Directory.Exists(Folder.Root) && !Directory.EnumerateFileSystemEntries(Folder.Root).Any())
        {
            Directory.Delete(Folder.Root);
        }
    }

    private static FileStream Lock(RunFolder folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder.Root, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e) when (e.GetType() == typeof(IOException) && File.Exists(Path.Combine(folder.Root, ".lock")))
        {
            throw new OutputException($"{folder.Root} is in use by another run; wait for it, or choose another folder with -o");
        }
    }

    // Standard input has no name and no second reading, but a run is named after its content: it is kept in a temporary file first.
    private static (Job Job, string? Spool) SpoolStdin(Job job, CancellationToken cancel)
    {
        if (!job.Trace.Inputs.Contains("-"))
        {
            return (job, null);
        }
        string folder = Directory.CreateTempSubdirectory("secondlook-").FullName;
        string spool = Path.Combine(folder, "stdin");
        using (FileStream file = File.Create(spool))
        using (Stream stdin = Console.OpenStandardInput())
        {
            stdin.CopyToAsync(file, 1 << 20, cancel).GetAwaiter().GetResult();
        }
        string[] inputs = [.. job.Trace.Inputs.Select(i => i == "-" ? spool : i)];
        return (job with { Trace = job.Trace with { Inputs = inputs } }, spool);
    }
}
