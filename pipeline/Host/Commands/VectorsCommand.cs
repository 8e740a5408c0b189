using System.CommandLine;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Replay.Vectors;

namespace SecondLook.Host.Commands;

/// <summary><c>secondlook vectors FILE…</c>: specification vectors against the model.</summary>
public static class VectorsCommand
{
    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        Command command = new("vectors", "run specification vectors (YAML, or Markdown that holds them) against the model");
        Argument<string[]> files = new("FILE") { Description = "YAML or Markdown files", Arity = ArgumentArity.OneOrMore };
        command.Add(files);
        command.SetAction(parsed =>
        {
            int passed = 0;
            int failed = 0;
            foreach (string path in parsed.GetRequiredValue(files))
            {
                (int good, IReadOnlyList<string> failures) = Run(path);
                passed += good;
                failed += failures.Count;
                foreach (string failure in failures)
                {
                    Console.Out.WriteLine(failure);
                }
            }
            Console.Out.WriteLine($"{passed} passed, {failed} failed");
            return failed == 0 ? ExitCode.Done : ExitCode.Difference;
        });
        return command;
    }

    /// <summary>The text of a file.</summary>
    /// <exception cref="UsageException">There is no such file.</exception>
    public static string ReadText(string path) => File.Exists(path) ? File.ReadAllText(path) : throw new UsageException([$"no file '{path}'"]);

    private static (int Passed, IReadOnlyList<string> Failures) Run(string path)
    {
        string text = ReadText(path);
        try
        {
            if (KvmVectors.Extract(text) is string kvm)
            {
                KvmVectorReport report = KvmVectors.Run(kvm);
                return (report.Passed, report.Failures);
            }
            if (MglruVectors.Extract(text) is string mglru)
            {
                MglruVectorReport report = MglruVectors.Run(mglru);
                return (report.Passed, report.Failures);
            }
        }
        catch (FormatException e)
        {
            throw new InputException("vectors", $"{Path.GetFileName(path)}: {e.Message}");
        }
        throw new InputException("vectors", $"{Path.GetFileName(path)}: no vectors of a known schema");
    }
}
