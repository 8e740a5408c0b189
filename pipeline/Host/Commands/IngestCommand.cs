using System.CommandLine;
using SecondLook.Ingest;

namespace SecondLook.Host.Commands;

/// <summary><c>secondlook ingest INPUT…</c>: traces to a dataset of Parquet tables.</summary>
public static class IngestCommand
{
    /// <summary>Builds the verb.</summary>
    public static Command Create(CancellationToken cancel)
    {
        Command command = new("ingest", "read traces into a dataset (canonical events and side tables, Parquet)");
        InputOptions inputs = new(command);
        Option<string?> output = new("-o", "--output") { Description = "folder of the dataset; default: dataset-<name of the first input> in the current folder", HelpName = "DIR" };
        command.Add(output);
        command.SetAction(parsed =>
        {
            ConsoleProgress progress = new();
            IngestRequest request = inputs.Request(parsed, progress);
            string folder = parsed.GetValue(output) ?? "dataset-" + NameOf(request.Inputs[0]);
            IngestStage.Run(request, folder, cancel);
            progress.Finish();
            Console.Out.WriteLine(folder);
            return ExitCode.Done;
        });
        return command;
    }

    private static string NameOf(string input) =>
        input == "-" ? "stdin" : Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(input))).Split('.')[0];
}
