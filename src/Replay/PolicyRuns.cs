using SecondLook.Contracts.Jobs;
using SecondLook.Contracts.Runs;
using SecondLook.Parquet;
using SecondLook.Replay.Hosts;
using SecondLook.Replay.Schedules;

namespace SecondLook.Replay;

/// <summary>Runs every policy on every schedule and capacity, on several threads, and writes each policy's folder when all its runs are done.</summary>
public sealed class PolicyRuns
{
    private readonly Job _job;
    private readonly RunFolder _folder;
    private readonly CaptureInput _input;
    private readonly List<AccessSchedule> _schedules;
    private readonly int[][] _next;
    private readonly ReplaySettings _settings;
    private readonly ParquetCodec _codec;
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
        _next = new int[schedules.Count][];
        for (int i = 0; i < _next.Length; i++)
        {
            _next[i] = schedules[i].Next.ToArray();
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
                    WholeFolder.Write(_folder.ReplayOf(open[p].Name), path => new ReplayTableWriter(path, _settings.HeadCapacity, _codec).Write(records[p]));
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

    private ReplayRecord RunOne(PolicyPlan plan, int index, CancellationToken cancel)
    {
        int scheduleId = index / _capacities.Count;
        long? capacity = _capacities[index % _capacities.Count];
        AccessSchedule schedule = _schedules[scheduleId];
        ReplayRecord record = new() { Schedule = scheduleId, Capacity = capacity };
        ReplayRecorder recorder = new(schedule, record, _input.BeginNs, _input.EndNs, _settings.HorizonNs, _settings.ColdAgeNs);
        IReplayedMemory memory = CreateMemory(plan, schedule, scheduleId, recorder, capacity);
        List<DemandStep> steps = capacity is null ? DemandStep.AsRecorded(_input.Demand) : DemandStep.Capacity(_input.BeginNs, _input.EndNs);
        ReplayLoop.Run(memory, schedule, steps, recorder, cancel);
        return record;
    }

    private IReplayedMemory CreateMemory(PolicyPlan plan, AccessSchedule schedule, int scheduleId, ReplayRecorder recorder, long? capacity) => plan.IsReference
        ? new ReferenceMemory(ReplayCatalog.CreateReference(plan.Preset), schedule, _next[scheduleId], recorder, capacity, _job.Seed)
        : new HostMemory(_input.Pages, HostSetup.Of(plan, _input.Scan.Facts), schedule, recorder, capacity, logCalls: scheduleId == 0 && capacity == _settings.HeadCapacity);
}
