using System.CommandLine;
using SecondLook.Contracts.Jobs;

namespace SecondLook.Host;

/// <summary>The arguments of the verbs that take a job file.</summary>
public sealed class JobOptions
{
    private readonly Argument<string> _job = new("JOB") { Description = "job file (JSON, see pipeline/README.md)" };
    private readonly Option<string?> _output = new("-o", "--output") { Description = "run folder; default: runs/<job>-<hash> in the current folder", HelpName = "DIR" };
    private readonly Option<string[]> _set = new("--set") { Description = "override a key of the job, such as reclaim.demand=capacity; may be repeated", HelpName = "KEY=VALUE", DefaultValueFactory = _ => [] };
    private readonly Option<bool> _thorough = new("--thorough") { Description = "every schedule option with 20 seeds: the same as --set schedule.thorough=true" };
    private readonly Option<int> _jobs = InputOptions.Threads();

    /// <summary>Adds the arguments to a command.</summary>
    public JobOptions(Command command)
    {
        command.Add(_job);
        command.Add(_output);
        command.Add(_set);
        command.Add(_thorough);
        command.Add(_jobs);
    }

    /// <summary>The job, checked.</summary>
    /// <exception cref="Contracts.Diagnostics.UsageException">It has mistakes: all of them.</exception>
    public Job Job(ParseResult parsed) => JobReader.Read(
        parsed.GetRequiredValue(_job),
        parsed.GetValue(_thorough) ? [.. parsed.GetRequiredValue(_set), "schedule.thorough=true"] : parsed.GetRequiredValue(_set),
        Vocabulary.Create());

    /// <summary>The run folder asked for, or null.</summary>
    public string? Output(ParseResult parsed) => parsed.GetValue(_output);

    /// <summary>Threads, at least 1.</summary>
    public int Threads(ParseResult parsed) => Math.Max(1, parsed.GetValue(_jobs));
}
