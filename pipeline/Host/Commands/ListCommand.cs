using System.CommandLine;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Jobs;
using SecondLook.Ingest;
using SecondLook.Ingest.Synth;
using SecondLook.Replay;
using SecondLook.Replay.Workloads;
using SecondLook.Reports;

namespace SecondLook.Host.Commands;

/// <summary><c>secondlook list [KIND]</c>: the catalogue, a line of explanation each.</summary>
public static class ListCommand
{
    private static readonly string[] Kinds = ["formats", "tracepoints", "profiles", "policies", "metrics", "figures", "workloads"];

    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        Command command = new("list", "print the catalogue: " + string.Join(", ", Kinds));
        Argument<string?> kind = new("KIND") { Description = "one kind only", Arity = ArgumentArity.ZeroOrOne };
        command.Add(kind);
        command.SetAction(parsed =>
        {
            string? only = parsed.GetValue(kind);
            if (only is not null && Array.IndexOf(Kinds, only) < 0)
            {
                throw new UsageException([$"list: '{only}' is not a kind{NameSuggestion.For(only, Kinds)}"]);
            }
            foreach (string one in only is null ? Kinds : [only])
            {
                foreach ((string name, string summary) in Entries(one))
                {
                    Console.Out.WriteLine($"{one,-12} {name,-32} {summary}");
                }
            }
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Entries of one kind: name and one line of explanation, by name.</summary>
    public static IEnumerable<(string Name, string Summary)> Entries(string kind) => kind switch
    {
        "formats" => IngestCatalog.Formats,
        "tracepoints" => IngestCatalog.Tracepoints,
        "profiles" => ReplayCatalog.Profiles,
        "policies" => ReplayCatalog.Policies,
        "metrics" => ReportCatalog.Metrics.Entries,
        "figures" => ReportCatalog.Figures.Entries,
        _ => WorkloadCatalog.All.Select(workload => (workload.Name, workload.Summary)).Append((SynthTrace.Mix, SynthTrace.MixSummary)).OrderBy(w => w.Item1, StringComparer.Ordinal),
    };
}
