using System.CommandLine;
using System.Text;
using SecondLook.Ingest;
using SecondLook.Ingest.Inspect;

namespace SecondLook.Host.Commands;

/// <summary><c>secondlook inspect INPUT…</c>: what a trace can and cannot tell, and what to record next time.</summary>
public static class InspectCommand
{
    /// <summary>Builds the verb.</summary>
    public static Command Create(CancellationToken cancel)
    {
        Command command = new("inspect", "say what traces can and cannot tell, and what to record next time");
        InputOptions inputs = new(command);
        Option<bool> json = new("--json") { Description = "one JSON object" };
        command.Add(json);
        command.SetAction(parsed =>
        {
            IngestRequest request = inputs.Request(parsed, null);
            using StreamWriter output = new(Console.OpenStandardOutput(), new UTF8Encoding(false), 1 << 16) { NewLine = "\n" };
            InspectStage.Run(request, parsed.GetValue(json), output, cancel);
            return ExitCode.Done;
        });
        return command;
    }
}
