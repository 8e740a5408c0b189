using System.Diagnostics;
using System.Globalization;
using SecondLook.Ingest.Tests.Fuzz;

namespace SecondLook.Benchmarks.Ingest;

/// <summary>Any number of fuzz cases of any container; CI runs the first few thousand of the same ones.</summary>
internal static class FuzzCommand
{
    /// <summary>Runs it.</summary>
    /// <param name="args">Containers (all without), number of cases, seed, folders.</param>
    public static int Run(string[] args)
    {
        List<string> containers = [];
        long cases = 200_000;
        ulong seed = 6;
        string? corpus = null;
        string folder = Path.Combine(Path.GetTempPath(), "secondlook-fuzz");
        for (int i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--cases":
                    cases = long.Parse(args[++i], CultureInfo.InvariantCulture);
                    break;
                case "--seed":
                    seed = ulong.Parse(args[++i], CultureInfo.InvariantCulture);
                    break;
                case "--corpus":
                    corpus = args[++i];
                    break;
                case "--keep":
                    folder = args[++i];
                    break;
                default:
                    containers.Add(args[i]);
                    break;
            }
        }
        Directory.CreateDirectory(folder);
        bool bad = false;
        foreach (string container in containers.Count > 0 ? containers : FuzzSeeds.Containers)
        {
            Stopwatch watch = Stopwatch.StartNew();
            List<string> problems = FuzzRun.Run(container, corpus, folder, seed, 0, cases);
            bad |= problems.Count > 0;
            Console.WriteLine($"{container,-16} {cases,8} cases, seed {seed}, {problems.Count} failed, {watch.Elapsed.TotalSeconds:f0} s");
            foreach (string problem in problems)
            {
                Console.WriteLine($"    {problem}");
            }
        }
        return bad ? 1 : 0;
    }
}
