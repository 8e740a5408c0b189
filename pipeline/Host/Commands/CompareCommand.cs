using System.CommandLine;
using System.Security.Cryptography;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Jobs;
using SecondLook.Contracts.Runs;
using SecondLook.Host.Running;
using SecondLook.Reports.Facts;
using SecondLook.Reports.Pooling;

namespace SecondLook.Host.Commands;

/// <summary><c>secondlook compare RUN…</c>: two policies of one run, or of several runs of one workload pooled.</summary>
public static class CompareCommand
{
    /// <summary>Builds the verb.</summary>
    public static Command Create(CancellationToken cancel)
    {
        Command command = new("compare", "two policies of one run, or of several runs of one workload pooled, with the spread between runs");
        Argument<string[]> runs = new("RUN") { Description = "run folders", Arity = ArgumentArity.OneOrMore };
        Option<string?> policies = new("--policies") { Description = "the two policies, A,B; the first two of the job when absent" };
        Option<string?> json = new("--json") { Description = "write the numbers to this file" };
        Option<string?> junit = new("--junit") { Description = "write the verdict and the thresholds of the runs to this file, as JUnit XML" };
        Option<string?> output = new("-o", "--output") { Description = "write compare.txt and compare.json into this folder" };
        command.Add(runs);
        command.Add(policies);
        command.Add(json);
        command.Add(junit);
        command.Add(output);
        command.SetAction(parsed =>
        {
            List<(string Run, string Name, string? Violation)> thresholds = [];
            PooledComparison pooled = Compare(parsed.GetRequiredValue(runs), parsed.GetValue(policies), thresholds, cancel);
            if (parsed.GetValue(json) is { } file)
            {
                File.WriteAllText(file, PooledText.Json(pooled));
            }
            if (parsed.GetValue(junit) is { } results)
            {
                File.WriteAllText(results, PooledJUnit.Of(pooled, thresholds));
            }
            if (parsed.GetValue(output) is { } folder)
            {
                Directory.CreateDirectory(folder);
                File.WriteAllText(Path.Combine(folder, "compare.txt"), PooledText.Of(pooled));
                File.WriteAllText(Path.Combine(folder, "compare.json"), PooledText.Json(pooled));
            }
            Console.Out.Write(PooledText.Of(pooled));
            Console.Out.WriteLine(PooledText.Verdict(pooled));
            foreach ((string run, string name, string? violation) in thresholds.Where(t => t.Violation is not null))
            {
                Console.Error.WriteLine($"secondlook: {run}: threshold {name}: {violation}");
            }
            return thresholds.Any(t => t.Violation is not null) ? ExitCode.Difference : ExitCode.Done;
        });
        return command;
    }

    private static PooledComparison Compare(
        string[] folders, string? policies, List<(string Run, string Name, string? Violation)> thresholds, CancellationToken cancel)
    {
        List<ComparedRun> runs = [];
        string[]? pair = policies?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (pair is not (null or { Length: 2 }))
        {
            throw new UsageException(["--policies takes two names: A,B"]);
        }
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (string path in folders)
        {
            cancel.ThrowIfCancellationRequested();
            RunFolder folder = new(path);
            Job job = RunManifest.ReadJob(folder);
            // A repetition is a capture of its own; the same one again would only look like agreement.
            if (!seen.Add(Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(folder.Manifest)))))
            {
                Console.Error.WriteLine($"secondlook: {path} is a run of the same job on the same input as one before it: counted once.");
                continue;
            }
            pair ??= job.Policies.Count >= 2 ? [job.Policies[0].Name, job.Policies[1].Name] : throw new UsageException([$"{job.Name} has one policy: name two with --policies A,B"]);
            string inputs = RunManifest.InputsOf(folder);
            RunTables tables = RunTables.Read(job, folder);
            // Words can only differ between runs; one run's are in its report.
            ComparedRun run = folders.Length > 1 ? ComparedRun.ReadWithWords(tables, pair[0], pair[1], inputs, cancel) : ComparedRun.Read(tables, pair[0], pair[1], inputs);
            if (runs.Count > 0 && (run.Demand != runs[0].Demand || run.Capacity is null != runs[0].Capacity is null))
            {
                throw new UsageException([$"{path}: the demand {run.Demand} cannot be pooled with {runs[0].Demand}"]);
            }
            runs.Add(run);
            Dictionary<string, string> violated = ThresholdCheck.Violations(job, folder).GroupBy(v => v.Key).ToDictionary(g => g.Key, g => g.First().Violation, StringComparer.Ordinal);
            foreach (string key in job.Thresholds.Keys)
            {
                thresholds.Add((job.Name, key, violated.GetValueOrDefault(key)));
            }
        }
        return new PooledComparison(pair![0], pair[1], runs);
    }
}
