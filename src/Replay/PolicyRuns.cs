using SecondLook.Contracts.Jobs;
using SecondLook.Contracts.Runs;
using SecondLook.Parquet;
using SecondLook.Replay.Bounds;
using SecondLook.Replay.Mmu;
using SecondLook.Replay.Schedules;

namespace SecondLook.Replay;

/// <summary>Runs every policy on every schedule and capacity, on several threads, and writes each policy's folder when all its runs are done.</summary>
public sealed class PolicyRuns
{
    private readonly Job _job;
    private readonly RunFolder _folder;
    private readonly CaptureInput _input;
    private readonly List<AccessSchedule> _schedules;
    private readonly ReplaySettings _settings;
    private readonly ParquetCodec _codec;
    private readonly TouchKnowledge? _knowledge;
    private readonly List<long?> _capacities = [];

    /// <summary>Prepares the runs of a job.</summary>
    public PolicyRuns(Job job, RunFolder folder, CaptureInput input, List<AccessSchedule> schedules, ReplaySettings settings, ParquetCodec codec)
    {
        _job = job;
        _folder = folder;
        _input = input;
        _schedules = schedules;
        _settings = settings;
        _codec = codec;
        if (string.Equals(schedules[0].Source, "trace", StringComparison.Ordinal))
        {
            _knowledge = TouchKnowledge.Of(input);
        }
        foreach (long capacity in settings.Capacities)
        {
            _capacities.Add(capacity);
        }
        if (_capacities.Count == 0)
        {
            _capacities.Add(null);
        }
    }

    /// <summary>Runs what is not there yet.</summary>
    public void RunAll(List<PolicyPlan> plans, int threads, IProgress<StageProgress>? progress, CancellationToken cancel)
    {
        List<PolicyPlan> open = [];
        foreach (PolicyPlan plan in plans)
        {
            if (!Directory.Exists(_folder.ReplayOf(plan.Name)))
            {
                open.Add(plan);
            }
        }
        int perPolicy = _schedules.Count * _capacities.Count;
        ReplayRecord[][] records = new ReplayRecord[open.Count][];
        int[] left = new int[open.Count];
        for (int p = 0; p < open.Count; p++)
        {
            records[p] = new ReplayRecord[perPolicy];
            left[p] = perPolicy;
        }
        long done = 0;
        ParallelOptions options = new() { MaxDegreeOfParallelism = Math.Max(1, threads), CancellationToken = cancel };
        try
        {
            Parallel.For(0, open.Count * perPolicy, options, i =>
            {
                int p = i / perPolicy;
                records[p][i % perPolicy] = RunOne(open[p], i % perPolicy, cancel);
                progress?.Report(new StageProgress($"replay {open[p].Name}", Interlocked.Increment(ref done), (long)open.Count * perPolicy, "runs"));
                if (Interlocked.Decrement(ref left[p]) == 0)
                {
                    WholeFolder.Write(_folder.ReplayOf(open[p].Name), path =>
                    {
                        new ReplayTableWriter(path, _settings.HeadCapacity, _codec).Write(records[p]);
                        WriteTrace(open[p], records[p], path);
                    });
                    records[p] = [];
                }
            });
        }
        catch (AggregateException e)
        {
            // The stage fails with the first cause, as it would on one thread.
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.Flatten().InnerExceptions[0]);
        }
    }

    private static void WriteTrace(PolicyPlan plan, ReplayRecord[] records, string folder)
    {
        foreach (ReplayRecord record in records)
        {
            if (record.ModelledTrace is { } trace)
            {
                using StreamWriter output = new(Path.Combine(folder, "modelled.trace.txt")) { NewLine = "\n" };
                FtraceWriter.Write(trace, output, DialectOf(plan));
            }
        }
    }

    private static TraceDialect DialectOf(PolicyPlan plan) => plan.KvmPolicy is "jh_v6" or "jh_v7" ? TraceDialect.FastOnlyFlag
        : plan.Profile == "p61" ? TraceDialect.Mainline61
        : TraceDialect.Mainline;

    // Errors are charged and bounds are proved on the head schedule.
    private ReplayRecord RunOne(PolicyPlan plan, int index, CancellationToken cancel)
    {
        int scheduleId = index / _capacities.Count;
        long? capacity = _capacities[index % _capacities.Count];
        bool head = scheduleId == 0 && capacity == _settings.HeadCapacity;
        PolicyRun run = new(_input, _settings, _job.Seed) { Knowledge = head ? _knowledge : null, LogCalls = head, KeepTrace = head && _job.Report.ModelledTrace };
        return head
            ? run.RunWithLedger(plan, _schedules[scheduleId], scheduleId, capacity, cancel)
            : run.Run(plan, _schedules[scheduleId], scheduleId, capacity, cancel);
    }
}
