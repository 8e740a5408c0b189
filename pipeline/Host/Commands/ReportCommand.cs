using System.CommandLine;
using SecondLook.Contracts.Jobs;
using SecondLook.Contracts.Runs;
using SecondLook.Host.Running;
using SecondLook.Reports;

namespace SecondLook.Host.Commands;

/// <summary><c>secondlook report RUN</c>: the report stage alone, on the replay tables of a run folder.</summary>
public static class ReportCommand
{
    /// <summary>Builds the verb.</summary>
    public static Command Create(CancellationToken cancel)
    {
        Command command = new("report", "write the report of a run folder again, from its replay tables");
        Argument<string> path = new("RUN") { Description = "run folder" };
        command.Add(path);
        command.SetAction(parsed =>
        {
            RunFolder folder = new(parsed.GetRequiredValue(path));
            Job job = RunManifest.ReadJob(folder);
            ConsoleProgress progress = new();
            ReportStage.Run(job, folder, progress, cancel);
            progress.Finish();
            Console.Out.WriteLine(folder.IndexHtml);
            return ThresholdCheck.Run(job, folder);
        });
        return command;
    }
}
