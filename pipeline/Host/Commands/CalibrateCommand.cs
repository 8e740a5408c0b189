using System.CommandLine;
using System.Globalization;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Runs;
using SecondLook.Ingest;
using SecondLook.Parquet;
using SecondLook.Replay;
using SecondLook.Replay.Calibration;
using SecondLook.Replay.Schedules;

namespace SecondLook.Host.Commands;

/// <summary><c>secondlook calibrate CAPTURE…</c>: as-recorded replays of capture folders held against what the kernel did.</summary>
public static class CalibrateCommand
{
    private static readonly string[] AccessSources = ["truth", "trace"];
    private static readonly string[] Modes = ["free", "volume", "volume_order"];

    /// <summary>Builds the verb.</summary>
    public static Command Create(CancellationToken cancel)
    {
        Command command = new("calibrate", "replay captures as recorded and hold the model against what the kernel did");
        Argument<string[]> captures = new("CAPTURE") { Description = "capture folders", Arity = ArgumentArity.OneOrMore };
        Option<string?> policy = new("--policy") { Description = "preset to replay; default: the profile that fits best", HelpName = "P" };
        Option<string> accesses = new("--accesses") { Description = "truth (truth.csv) or trace (a schedule made from the trace)", DefaultValueFactory = _ => "truth" };
        Option<string> mode = new("--mode") { Description = "free; volume: the first eviction stops at the real number of unmapped pages; volume_order: pages also reach the lists as mm_lru_insertion shows", DefaultValueFactory = _ => "free" };
        Option<string?> json = new("--json") { Description = "also write calibration.json to this file", HelpName = "FILE" };
        Option<string[]> set = new("--set") { Description = "replay with one switch of the model changed; may be repeated", HelpName = "SWITCH=VALUE" };
        accesses.AcceptOnlyFromAmong(AccessSources);
        mode.AcceptOnlyFromAmong(Modes);
        command.Add(captures);
        command.Add(policy);
        command.Add(accesses);
        command.Add(mode);
        command.Add(set);
        command.Add(json);
        command.SetAction(parsed =>
        {
            string[] folders = parsed.GetRequiredValue(captures);
            Check(folders, parsed.GetValue(policy));
            BackgroundEffects effects = Effects(parsed.GetValue(set) ?? []);
            List<CalibratedCapture> results = [];
            foreach (string folder in folders)
            {
                IReadOnlyList<CalibratedCapture> ranked = Calibrate(folder, parsed.GetValue(policy), parsed.GetRequiredValue(accesses), parsed.GetRequiredValue(mode), effects, cancel);
                if (ranked.Count == 0)
                {
                    Console.Error.WriteLine($"secondlook: {Name(folder)}: nothing to hold the model against (no residency, no snapshots or no accesses, or a sample of the pages)");
                    continue;
                }
                results.Add(ranked[0]);
                Console.Out.WriteLine(Row(ranked[0]) + Others(ranked));
            }
            if (parsed.GetValue(json) is string file)
            {
                AtomicFile.WriteText(file, CalibrationJson.Write(results));
            }
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{results.Count} captures, mean J {Mean(results, r => r.MeanJaccard)}, mean generation error {Mean(results, r => r.MeanGenerationError)}"));
            return ExitCode.Done;
        });
        return command;
    }

    private static void Check(string[] folders, string? policy)
    {
        List<string> problems = [.. folders.Where(f => !Directory.Exists(f)).Select(f => $"no folder '{f}'")];
        if (policy is not null && !ReplayCatalog.PresetNames.Contains(policy))
        {
            problems.Add($"--policy: '{policy}' is not known{Contracts.Jobs.NameSuggestion.For(policy, ReplayCatalog.PresetNames)}");
        }
        if (problems.Count > 0)
        {
            throw new UsageException(problems);
        }
    }

    private static BackgroundEffects Effects(string[] settings)
    {
        List<string> problems = [];
        List<KeyValuePair<string, string>> pairs = [];
        foreach (string setting in settings)
        {
            int at = setting.IndexOf('=', StringComparison.Ordinal);
            string name = at < 0 ? setting : setting[..at];
            KeyValuePair<string, string> pair = new(name, at < 0 ? "" : setting[(at + 1)..]);
            if (!BackgroundEffects.Names().Contains(name))
            {
                problems.Add($"--set: '{name}' is not known{Contracts.Jobs.NameSuggestion.For(name, BackgroundEffects.Names())}");
                continue;
            }
            try
            {
                BackgroundEffects.With([pair]);
                pairs.Add(pair);
            }
            catch (ArgumentException wrong)
            {
                problems.Add($"--set: {wrong.Message}");
            }
        }
        return problems.Count > 0 ? throw new UsageException(problems) : BackgroundEffects.With(pairs);
    }

    private static IReadOnlyList<CalibratedCapture> Calibrate(string folder, string? policy, string accesses, string mode, BackgroundEffects effects, CancellationToken cancel)
    {
        string dataset = Directory.CreateTempSubdirectory("secondlook-").FullName;
        try
        {
            string events = Path.Combine(dataset, "events");
            IngestStage.Run(new IngestRequest { Inputs = [folder], Codec = ParquetCodec.None }, events, cancel);
            CaptureInput input = CaptureInput.Read(events, Name(folder), cancel);
            AccessSchedule? schedule = accesses == "trace" ? Calibrator.ScheduleFromTrace(input, 1) : null;
            return policy is null ? ProfileFit.Rank(input, schedule, mode, cancel, effects)
                : Calibrator.Run(input, policy, schedule, mode, cancel, null, effects) is { } one ? [one] : [];
        }
        finally
        {
            Directory.Delete(dataset, recursive: true);
        }
    }

    private static string Others(IReadOnlyList<CalibratedCapture> ranked) => ranked.Count < 2 ? "" : "; fits better than "
        + string.Join(", ", ranked.Skip(1).Select(c => $"{c.Policy} {c.MeanGenerationError?.ToString("0.000", CultureInfo.InvariantCulture) ?? "n/a"}"));

    private static string Row(CalibratedCapture c)
    {
        string jaccards = string.Join(' ', c.Residencies.Where(r => r.Real > 0).Select(r => r.Jaccard.ToString("0.000", CultureInfo.InvariantCulture)));
        string errors = string.Join(' ', c.Snapshots.Select(s => s.GenerationError.ToString("0.000", CultureInfo.InvariantCulture)));
        string counters = string.Join(' ', c.Counters.Select(k => $"{k.Key} {k.Value.Real}/{k.Value.Model}"));
        return $"{c.Name} {c.Policy} {c.Accesses} {c.Mode}: J {jaccards}; generation error {errors}; {counters}";
    }

    private static string Mean(List<CalibratedCapture> results, Func<CalibratedCapture, double?> value)
    {
        double[] values = [.. results.Select(value).OfType<double>()];
        return values.Length == 0 ? "n/a" : values.Average().ToString("0.000", CultureInfo.InvariantCulture);
    }

    private static string Name(string folder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
}
