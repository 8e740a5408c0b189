using System.CommandLine;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Runs;
using SecondLook.Ingest;
using SecondLook.Parquet;

namespace SecondLook.Host;

/// <summary>The arguments that every verb that reads traces takes.</summary>
public sealed class InputOptions
{
    private readonly Argument<string[]> _inputs = new("INPUT") { Description = "trace files, capture folders, or - for stdin", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string?> _memslots = new("--memslots") { Description = "memslot table beside the trace (CSV)", HelpName = "FILE" };
    private readonly Option<string?> _format = new("--format") { Description = "format by name instead of recognising it ('secondlook list formats')", HelpName = "NAME" };
    private readonly Option<string[]> _options = new("--option") { Description = "reader option, may be repeated", HelpName = "K=V", DefaultValueFactory = _ => [] };
    private readonly Option<int> _jobs = Threads();

    /// <summary>Adds the arguments to a command.</summary>
    public InputOptions(Command command)
    {
        command.Add(_inputs);
        command.Add(_memslots);
        command.Add(_format);
        command.Add(_options);
        command.Add(_jobs);
    }

    /// <summary>The option <c>--jobs</c>.</summary>
    public static Option<int> Threads() => new("--jobs") { Description = "threads to use; the result does not depend on it", HelpName = "N", DefaultValueFactory = _ => Environment.ProcessorCount };

    /// <summary>What was asked for.</summary>
    /// <exception cref="UsageException">An input does not exist, or an option has no '='.</exception>
    public IngestRequest Request(ParseResult parsed, IProgress<StageProgress>? progress)
    {
        List<string> problems = [];
        string[] inputs = parsed.GetRequiredValue(_inputs);
        foreach (string input in inputs)
        {
            if (input != "-" && !File.Exists(input) && !Directory.Exists(input))
            {
                problems.Add($"no file or folder '{input}'");
            }
        }
        SortedDictionary<string, string> options = new(StringComparer.Ordinal);
        foreach (string word in parsed.GetRequiredValue(_options))
        {
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                problems.Add($"--option {word}: expected K=V");
            }
            else
            {
                options[word[..equals]] = word[(equals + 1)..];
            }
        }
        string? memslots = parsed.GetValue(_memslots);
        if (memslots is not null && !File.Exists(memslots))
        {
            problems.Add($"--memslots: no file '{memslots}'");
        }
        if (problems.Count > 0)
        {
            throw new UsageException(problems);
        }
        return new IngestRequest
        {
            Inputs = inputs,
            Memslots = memslots,
            Format = parsed.GetValue(_format),
            Options = options,
            Codec = CodecChoice.Usable(ParquetCodec.Zstd),
            Threads = Math.Max(1, parsed.GetValue(_jobs)),
            Progress = progress,
        };
    }
}
