using System.CommandLine;
using SecondLook.Contracts.Jobs;
using SecondLook.Host.Running;

namespace SecondLook.Host.Commands;

/// <summary><c>secondlook replay JOB.json</c>: the replay stage alone, on the dataset of the job's run folder.</summary>
public static class ReplayCommand
{
    /// <summary>Builds the verb.</summary>
    public static Command Create(CancellationToken cancel)
    {
        Command command = new("replay", "replay alone, on the dataset that 'run' or an earlier stage left in the job's run folder");
        JobOptions options = new(command);
        command.SetAction(parsed =>
        {
            Job job = options.Job(parsed);
            ConsoleProgress progress = new();
            using JobRun run = JobRun.Open(job, options.Output(parsed), options.Threads(parsed), progress, cancel);
            run.Replay();
            progress.Finish();
            Console.Out.WriteLine(run.Folder.Replay);
            return ExitCode.Done;
        });
        return command;
    }
}
