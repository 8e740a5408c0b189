using System.CommandLine;
using SecondLook.Contracts.Diagnostics;

namespace SecondLook.Host;

/// <summary>Entry point of the <c>secondlook</c> executable: data to stdout, talk to stderr, exit codes of <see cref="ExitCode"/>.</summary>
public static class Program
{
    /// <summary>Runs one command line.</summary>
    /// <param name="args">Command-line words, without the program name.</param>
    /// <returns>An exit code of <see cref="ExitCode"/>.</returns>
    public static int Main(string[] args)
    {
        using CancellationTokenSource interrupt = new();
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true;
            interrupt.Cancel();
        };
        return Run(args, interrupt.Token);
    }

    /// <summary>Runs one command line; tests call this.</summary>
    /// <param name="args">Command-line words.</param>
    /// <param name="cancel">Cancelled by Ctrl-C.</param>
    public static int Run(string[] args, CancellationToken cancel)
    {
        ParseResult parsed = CommandLine.Create(cancel).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (System.CommandLine.Parsing.ParseError error in parsed.Errors)
            {
                Console.Error.WriteLine($"secondlook: {error.Message}");
            }
            Console.Error.WriteLine("secondlook: 'secondlook --help' lists the verbs, 'secondlook VERB --help' their options.");
            return ExitCode.Usage;
        }
        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (SecondLookException e)
        {
            foreach (string line in e.Message.Split('\n'))
            {
                Console.Error.WriteLine($"secondlook: {line}");
            }
            return e.ExitCode;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("secondlook: interrupted; the same command goes on where this one stopped.");
            return ExitCode.Interrupted;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"secondlook: {e.Message}");
            return ExitCode.Output;
        }
    }
}
