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
        foreach (string container in containers)
        {
            if (!FuzzSeeds.Containers.Contains(container))
            {
                Console.Error.WriteLine($"fuzz: '{container}' is no container; known: {string.Join(", ", FuzzSeeds.Containers)}.");
                return 2;
            }
        }
        Directory.CreateDirectory(folder);
        bool bad = false;
        foreach (string container in containers.Count > 0 ? containers : FuzzSeeds.Containers)
        {
            Stopwatch watch = Stopwatch.StartNew();
            FuzzResult result = FuzzRun.Run(container, corpus, folder, seed, 0, cases);
            bad |= result.Problems.Count > 0 || result.Share < 0.9;
            Console.WriteLine($"{container,-16} {cases,8} cases, seed {seed}, {result.Problems.Count} failed, {watch.Elapsed.TotalSeconds:f0} s");
            Console.WriteLine($"    {result}");
            foreach (string problem in result.Problems)
            {
                Console.WriteLine($"    {problem}");
            }
        }
        return bad ? 1 : 0;
    }
}
