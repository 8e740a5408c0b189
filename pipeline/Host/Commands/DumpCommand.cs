using System.CommandLine;
using System.Text;
using SecondLook.Ingest;

namespace SecondLook.Host.Commands;

/// <summary><c>secondlook dump INPUT…</c>: the canonical events, one a line or as one JSON object.</summary>
public static class DumpCommand
{
    /// <summary>Builds the verb.</summary>
    public static Command Create(CancellationToken cancel)
    {
        Command command = new("dump", "print the canonical events of traces or of a dataset");
        InputOptions inputs = new(command);
        Option<bool> json = new("--json") { Description = "one JSON object: events, gaps, quarantine, repairs, counters" };
        command.Add(json);
        command.SetAction(parsed =>
        {
            IngestRequest request = inputs.Request(parsed, null);
            using StreamWriter output = new(Console.OpenStandardOutput(), new UTF8Encoding(false), 1 << 16) { NewLine = "\n" };
            if (parsed.GetValue(json))
            {
                IngestStage.DumpJson(request, output, cancel);
            }
            else
            {
                IngestStage.DumpText(request, output, cancel);
            }
            return ExitCode.Done;
        });
        return command;
    }
}
