using System.CommandLine;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Jobs;
using SecondLook.Replay.Workloads;

namespace SecondLook.Host.Commands;

/// <summary><c>secondlook synth WORKLOAD</c>: a made-up guest on a modelled host, recorded as a capture folder with ground truth.</summary>
public static class SynthCommand
{
    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        Command command = new("synth", "make a capture folder with ground truth from a seeded workload; 'list workloads' names them");
        Argument<string> name = new("WORKLOAD") { Description = "name of the workload" };
        Option<string?> output = new("--output", "-o") { Description = "folder to write (default: WORKLOAD-SEED)" };
        Option<ulong> seed = new("--seed") { Description = "seed of the workload's numbers", DefaultValueFactory = _ => 1 };
        command.Add(name);
        command.Add(output);
        command.Add(seed);
        command.SetAction(parsed =>
        {
            string wanted = parsed.GetRequiredValue(name);
            IWorkload workload = WorkloadCatalog.Find(wanted)
                ?? throw new UsageException([$"there is no workload '{wanted}'{NameSuggestion.For(wanted, WorkloadCatalog.Names)}"]);
            ulong number = parsed.GetValue(seed);
            string folder = parsed.GetValue(output) ?? $"{workload.Name}-{number}";
            WorkloadCapture.Write(workload, number, folder);
            Console.Out.WriteLine(folder);
            return ExitCode.Done;
        });
        return command;
    }
}
