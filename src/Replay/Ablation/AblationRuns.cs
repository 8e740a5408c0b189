using SecondLook.Contracts.Jobs;
using SecondLook.Contracts.Runs;
using SecondLook.Contracts.Tables;
using SecondLook.Parquet;
using SecondLook.Replay.Hosts;
using SecondLook.Replay.Schedules;

namespace SecondLook.Replay.Ablation;

/// <summary>
/// Replays the first MGLRU policy of a thorough job without each of its mechanisms on every schedule, and without each pair of them on those of the
/// quick set, at the head capacity (product.md 7).
/// </summary>
/// <remarks>Replays are independent of each other, so the tables do not depend on the number of threads.</remarks>
public sealed class AblationRuns
{
    private const int Slices = 1024;
    private readonly Job _job;
    private readonly CaptureInput _input;
    private readonly List<AccessSchedule> _schedules;
    private readonly ReplaySettings _settings;

    private AblationRuns(Job job, CaptureInput input, List<AccessSchedule> schedules, ReplaySettings settings)
    {
        _job = job;
        _input = input;
        _schedules = schedules;
        _settings = settings;
    }

    /// <summary>Runs the ablation of a job, or does nothing where the job is not thorough or has no policy with generations.</summary>
    /// <param name="job">The job.</param>
    /// <param name="folder">Folder of the replay; gets <c>ablation.parquet</c> and <c>ablation_slices.parquet</c>.</param>
    /// <param name="input">The capture.</param>
    /// <param name="schedules">All schedules, the head first.</param>
    /// <param name="settings">Horizon, ages, capacities.</param>
    /// <param name="plans">Policies of the job.</param>
    /// <param name="codec">Compression.</param>
    /// <param name="threads">Threads to use.</param>
    /// <param name="progress">Told how far it is, or null.</param>
    /// <param name="cancel">Stops.</param>
    public static void Write(
        Job job, string folder, CaptureInput input, List<AccessSchedule> schedules, ReplaySettings settings, List<PolicyPlan> plans, ParquetCodec codec, int threads,
        IProgress<StageProgress>? progress, CancellationToken cancel)
    {
        string path = Path.Combine(folder, "ablation.parquet");
        PolicyPlan? plan = job.Schedule.Thorough && !File.Exists(path) ? BaseOf(plans, input.Scan.Facts) : null;
        if (plan is null)
        {
            return;
        }
        AblationRuns runs = new(job, input, schedules, settings);
        HostSetup setup = HostSetup.Of(plan, input.Scan.Facts);
        List<string> variants = Variants(setup, out List<string> idle);
        List<(string Without, int Schedule)> replays = runs.ReplaysOf(variants);
        Outcome[] outcomes = new Outcome[replays.Count];
        long done = 0;
        ParallelOptions options = new() { MaxDegreeOfParallelism = Math.Max(1, threads), CancellationToken = cancel };
        try
        {
            Parallel.For(0, outcomes.Length, options, i =>
            {
                (string without, int id) = replays[i];
                HostSetup changed = without.Length == 0 ? setup : Mechanisms.Without(setup, without);
                ReplayRecord record = new PolicyRun(input, settings, job.Seed).Run(changed, plan, schedules[id], id, settings.HeadCapacity, cancel);
                outcomes[i] = runs.OutcomeOf(record, sliced: id == 0);
                progress?.Report(new StageProgress($"ablation of {plan.Name}", Interlocked.Increment(ref done), outcomes.Length, "replays"));
            });
        }
        catch (AggregateException e)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.Flatten().InnerExceptions[0]);
        }
        runs.WriteSlices(Path.Combine(folder, "ablation_slices.parquet"), plan.Name, replays, outcomes, codec);
        // The table of totals comes last: where it is, both are.
        WriteTotals(path, plan.Name, replays, idle, outcomes, codec);
    }

    /// <summary>The policy that is taken apart: the first of the job that has generations.</summary>
    /// <param name="plans">Policies of the job.</param>
    /// <param name="facts">The capture.</param>
    /// <returns>Null where there is none.</returns>
    public static PolicyPlan? BaseOf(List<PolicyPlan> plans, CaptureFacts facts)
    {
        foreach (PolicyPlan plan in plans)
        {
            if (!plan.IsReference && HostSetup.Of(plan, facts).Switches.Mglru)
            {
                return plan;
            }
        }
        return null;
    }

    /// <summary>What is replayed: the policy as it is, without each mechanism at work, and without each pair of them.</summary>
    /// <param name="setup">Its rules.</param>
    /// <param name="idle">Mechanisms that are off already or cannot be at work, so that switching them off is no experiment.</param>
    /// <returns>Words of the switch <c>without</c>, the empty word first.</returns>
    public static List<string> Variants(HostSetup setup, out List<string> idle)
    {
        List<string> atWork = [];
        idle = [];
        foreach (string name in Mechanisms.Names)
        {
            (Mechanisms.IsAtWork(setup, name) ? atWork : idle).Add(name);
        }
        List<string> variants = ["", .. atWork];
        for (int a = 0; a < atWork.Count; a++)
        {
            for (int b = a + 1; b < atWork.Count; b++)
            {
                variants.Add(atWork[a] + Mechanisms.Joint + atWork[b]);
            }
        }
        return variants;
    }

    // Pairs on every schedule would be thousands of replays and say little more: each is compared with its parts on the same schedule.
    private List<(string Without, int Schedule)> ReplaysOf(List<string> variants)
    {
        ScheduleSection quick = _job.Schedule with { Thorough = false };
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (string option in ScheduleBuilder.OptionsOf(quick))
        {
            int seeds = ScheduleBuilder.SeedsOf(quick, option);
            for (int seed = 1; seed <= seeds; seed++)
            {
                names.Add(ScheduleBuilder.NameOf(option, seed));
            }
        }
        List<(string, int)> replays = [];
        foreach (string variant in variants)
        {
            bool pair = variant.Contains(Mechanisms.Joint, StringComparison.Ordinal);
            for (int i = 0; i < _schedules.Count; i++)
            {
                if (i == 0 || !pair || names.Contains(_schedules[i].Name))
                {
                    replays.Add((variant, i));
                }
            }
        }
        return replays;
    }

    private Outcome OutcomeOf(ReplayRecord record, bool sliced)
    {
        long[] evictions = new long[sliced ? Slices : 0];
        long[] again = new long[evictions.Length];
        if (sliced)
        {
            foreach (EvictionRow e in record.Evictions)
            {
                int slice = (int)Math.Clamp((e.TsNs - _input.BeginNs) / SliceNs, 0, Slices - 1);
                evictions[slice]++;
                again[slice] += e.NextTouchNs != long.MaxValue ? 1 : 0;
            }
        }
        return new Outcome(record.Requests, record.Evictions.Count, record.Refaults.Count, evictions, again);
    }

    private long SliceNs => Math.Max(1, (_input.EndNs - _input.BeginNs + Slices) / Slices);

    private static void WriteTotals(string path, string policy, List<(string Without, int Schedule)> replays, List<string> idle, Outcome[] outcomes, ParquetCodec codec)
    {
        TableBuilder table = new(AblationTable.Schema);
        for (int i = 0; i < outcomes.Length; i++)
        {
            int row = Add(table, policy, replays[i].Without, atWork: true, replays[i].Schedule);
            table[AblationTable.Requests].Set(row, outcomes[i].Requests);
            table[AblationTable.Evictions].Set(row, outcomes[i].Evictions);
            table[AblationTable.Refaults].Set(row, outcomes[i].Refaults);
        }
        foreach (string name in idle)
        {
            Add(table, policy, name, atWork: false, -1);
        }
        ParquetTables.Write(path, table, codec);
    }

    private static int Add(TableBuilder table, string policy, string without, bool atWork, int schedule)
    {
        int row = table.AddRow();
        table[AblationTable.Policy].Set(row, policy);
        table[AblationTable.Without].Set(row, without);
        table[AblationTable.AtWork].Set(row, atWork);
        table[AblationTable.Schedule].Set(row, schedule);
        return row;
    }

    private void WriteSlices(string path, string policy, List<(string Without, int Schedule)> replays, Outcome[] outcomes, ParquetCodec codec)
    {
        TableBuilder table = new(AblationSlicesTable.Schema);
        for (int i = 0; i < outcomes.Length; i++)
        {
            Outcome head = outcomes[i];
            for (int s = 0; s < head.SliceEvictions.Length; s++)
            {
                if (head.SliceEvictions[s] > 0)
                {
                    int row = table.AddRow();
                    table[AblationSlicesTable.Policy].Set(row, policy);
                    table[AblationSlicesTable.Without].Set(row, replays[i].Without);
                    table[AblationSlicesTable.BeginNs].Set(row, _input.BeginNs + (s * SliceNs));
                    table[AblationSlicesTable.Evictions].Set(row, head.SliceEvictions[s]);
                    table[AblationSlicesTable.Again].Set(row, head.SliceAgain[s]);
                }
            }
        }
        ParquetTables.Write(path, table, codec);
    }

    // Slices are there on the head schedule alone.
    private sealed record Outcome(long Requests, long Evictions, long Refaults, long[] SliceEvictions, long[] SliceAgain);
}
