using System.CommandLine;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Jobs;
using SecondLook.Host.Running;

namespace SecondLook.Host.Commands;

/// <summary><c>secondlook run JOB.json</c>: ingest, replay, report; goes on where an earlier run stopped.</summary>
public static class RunCommand
{
    private const string QuickstartJob = "pipeline/jobs/quickstart.json";

    /// <summary>Builds the verb.</summary>
    public static Command Create(CancellationToken cancel)
    {
        Command command = new("run", "ingest, replay and report what a job file says; resumes what is done");
        JobOptions options = new(command);
        command.SetAction(parsed => Execute(options.Job(parsed), options.Output(parsed), options.Threads(parsed), cancel));
        return command;
    }

    /// <summary>Runs the quickstart job of the checkout.</summary>
    public static int Quickstart(CancellationToken cancel)
    {
        string? job = FindUpward(QuickstartJob);
        if (job is null)
        {
            throw new UsageException([$"no verb given, and {QuickstartJob} is not here or above; try 'secondlook --help'"]);
        }
        return Execute(JobReader.Read(job, [], Vocabulary.Create()), null, Environment.ProcessorCount, cancel);
    }

    private static int Execute(Job job, string? output, int threads, CancellationToken cancel)
    {
        ConsoleProgress progress = new();
        JobRun run = JobRun.Open(job, output, threads, progress, cancel);
        using (run)
        {
            run.Ingest();
            run.Replay();
            run.Report();
        }
        progress.Finish();
        int code = ThresholdCheck.Run(job, run.Folder);
        Console.Out.WriteLine(run.Folder.IndexHtml);
        return code;
    }

    private static string? FindUpward(string relative)
    {
        foreach (string start in (string[])[Directory.GetCurrentDirectory(), AppContext.BaseDirectory])
        {
            for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
            {
                string candidate = Path.Combine(folder.FullName, relative);
                if (File.Exists(candidate))
                {
                    return candidate;
                }
            }
        }
        return null;
    }
}
