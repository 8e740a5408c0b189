using System.CommandLine;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Replay.Replacement.Scenarios;
using SecondLook.Replay.Vectors;

namespace SecondLook.Host.Commands;

/// <summary><c>secondlook scenario FILE</c>: a hand-written micro-scenario under every policy.</summary>
public static class ScenarioCommand
{
    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        Command command = new("scenario", "run a hand-written micro-scenario: YAML of the KVM vectors (a table of all policies) or JSON of the reclaim scenarios");
        Argument<string> file = new("FILE") { Description = "scenario file" };
        Option<bool> json = new("--json") { Description = "one JSON object (reclaim scenarios always print it)" };
        command.Add(file);
        command.Add(json);
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            string text = VectorsCommand.ReadText(path);
            try
            {
                if (text.AsSpan().TrimStart().StartsWith("{"))
                {
                    Console.Out.WriteLine(ReclaimScenario.Run(text));
                    return ExitCode.Done;
                }
                foreach (string line in KvmScenario.Run(text))
                {
                    Console.Out.WriteLine(line);
                }
                return ExitCode.Done;
            }
            catch (FormatException e)
            {
                throw new InputException("scenario", $"{Path.GetFileName(path)}: {e.Message}");
            }
        });
        return command;
    }
}
