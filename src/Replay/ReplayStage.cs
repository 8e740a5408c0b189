using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Jobs;
using SecondLook.Contracts.Runs;
using SecondLook.Parquet;
using SecondLook.Replay.Ablation;
using SecondLook.Replay.Bounds;
using SecondLook.Replay.Calibration;
using SecondLook.Replay.Schedules;

namespace SecondLook.Replay;

/// <summary>The second stage: from a dataset to what every policy of a job would have done.</summary>
public static class ReplayStage
{
    /// <summary>Replays every policy of a job whose tables are not there yet.</summary>
    /// <param name="job">The job.</param>
    /// <param name="run">Its run folder; <c>events/</c> must be there.</param>
    /// <param name="threads">Threads to use; the artefacts do not depend on it.</param>
    /// <param name="progress">Told how far the replay is, or null.</param>
    /// <param name="cancel">Stops; what is whole stays for the next run.</param>
    /// <exception cref="SecondLookException">The job names what does not exist, the dataset cannot be read, or the model contradicts itself.</exception>
    public static void Run(Job job, RunFolder run, int threads, IProgress<StageProgress>? progress, CancellationToken cancel)
    {
        List<PolicyPlan> plans = ReplayCatalog.Resolve(job.Policies);
        string facts = Path.Combine(run.Replay, "replay.json");
        if (File.Exists(facts))
        {
            return;
        }
        ParquetCodec codec = job.Codec == ParquetCodec.Zstd && !ParquetCodecs.ZstdAvailable ? ParquetCodec.Brotli : job.Codec;
        progress?.Report(new StageProgress("replay: reading the dataset", 0, 0, "events"));
        CaptureInput input = CaptureInput.Read(run.Events, NameOf(job), cancel);
        List<AccessSchedule> schedules = MakeSchedules(job, input);
        input.Contradictory.SeeSchedule(schedules[0], input.Pages);
        WriteSchedules(run, input, schedules, codec);
        ReplaySettings settings = ReplaySettings.Of(job, input, schedules[0]);
        progress?.Report(new StageProgress("replay: calibration", 0, 0, "captures"));
        RecordedState real = RecordedState.Read(input);
        CalibratedCapture? calibrated = Calibrator.Run(input, null, null, "free", cancel);
        AtomicFile.WriteText(run.Calibration, CalibrationJson.Write(calibrated is null ? [] : [calibrated]));
        string bounding = Path.Combine(run.Replay, "bounding.parquet");
        if (!File.Exists(bounding))
        {
            progress?.Report(new StageProgress("replay: bounds of the trust box", 0, 0, "replays"));
            Directory.CreateDirectory(run.Replay);
            BoundingReplay.Write(bounding, TrustBounds.Run(job, input, settings, schedules[0], plans, RecordedDamage.Read(run.Events), cancel), codec);
        }
        PolicyRuns runs = new(job, run, input, schedules, settings, codec);
        runs.RunAll(plans, threads, progress, cancel);
        AblationRuns.Write(job, run.Replay, input, schedules, settings, plans, codec, threads, progress, cancel);
        AtomicFile.WriteText(facts, ReplayJson.Write(input, schedules, settings, plans, RecordedPreset.Guess(input, real), GuestWorkingSet.Of(input, schedules)));
    }

    /// <summary>Base name of the first input.</summary>
    public static string NameOf(Job job)
    {
        string input = job.Trace.Inputs.Count > 0 ? job.Trace.Inputs[0] : job.Name;
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(input));
        return name.Length > 0 ? name : job.Name;
    }

    private static List<AccessSchedule> MakeSchedules(Job job, CaptureInput input)
    {
        if (string.Equals(job.Schedule.Accesses, "truth", StringComparison.Ordinal))
        {
            Contracts.Tables.Table truth = input.Truth
                ?? throw new InputException("no_truth", $"{input.Name}: schedule.accesses is 'truth', but there is no truth.csv. Use 'trace'.");
            return [TruthSchedule.Build(truth, input.Pages, input.Demand, input.Contradictory)];
        }
        ScheduleBuilder builder = new(input.Scan.Known, input.Pages.Count, input.Demand, job.Seed);
        List<AccessSchedule> schedules = [];
        foreach (string option in ScheduleBuilder.OptionsOf(job.Schedule))
        {
            int seeds = ScheduleBuilder.SeedsOf(job.Schedule, option);
            for (int i = 1; i <= seeds; i++)
            {
                AccessSchedule schedule = builder.Build(option, i);
                _ = ConsistencyCheck.Run(input.Scan.Known, schedule, input.Pages.Count);
                schedules.Add(schedule);
            }
        }
        return schedules;
    }

    private static void WriteSchedules(RunFolder run, CaptureInput input, List<AccessSchedule> schedules, ParquetCodec codec)
    {
        if (Directory.Exists(run.Schedule))
        {
            return;
        }
        WholeFolder.Write(run.Schedule, folder =>
        {
            input.Pages.Write(Path.Combine(folder, "pages.parquet"), codec);
            AccessSchedule.WriteList(Path.Combine(folder, "schedules.parquet"), schedules, codec);
            foreach (AccessSchedule schedule in schedules)
            {
                schedule.Write(Path.Combine(folder, $"touches-{schedule.Name}.parquet"), codec);
            }
        });
    }
}
