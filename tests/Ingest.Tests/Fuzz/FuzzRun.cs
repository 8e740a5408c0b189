using System.Diagnostics;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Runs;
using SecondLook.Ingest.Accesses;

namespace SecondLook.Ingest.Tests.Fuzz;

/// <summary>Feeds mutations of one container to the reader: each must end in events or in one message, within five seconds and one GiB.</summary>
internal static class FuzzRun
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Runs cases.</summary>
    /// <param name="container">One of <see cref="FuzzSeeds.Containers"/>.</param>
    /// <param name="corpus">Folder of the formats corpus, or null.</param>
    /// <param name="folder">Folder for the file at hand and for cases that fail.</param>
    /// <param name="seed">Seed of all cases.</param>
    /// <param name="first">Number of the first case.</param>
    /// <param name="count">How many.</param>
    /// <returns>What went wrong, a line a case; empty when nothing did. The files are kept.</returns>
    public static List<string> Run(string container, string? corpus, string folder, ulong seed, long first, long count)
    {
        List<byte[]> seeds = FuzzSeeds.Of(container, corpus);
        List<string> problems = [];
        if (seeds.Count == 0)
        {
            return problems;
        }
        string file = Path.Combine(folder, $"{container}-{first}.input");
        for (long i = first; i < first + count; i++)
        {
            Xoshiro256 random = new(seed, $"fuzz.{container}", (ulong)i);
            byte[] input = FuzzMutation.Of(seeds[(int)random.NextBelow((ulong)seeds.Count)], seeds[(int)random.NextBelow((ulong)seeds.Count)], random);
            File.WriteAllBytes(file, input);
            if (One(container, file) is { } problem)
            {
                File.Copy(file, Path.Combine(folder, $"{container}-{seed}-{i}.failed"), overwrite: true);
                problems.Add($"{container}, seed {seed}, case {i}: {problem}");
            }
        }
        File.Delete(file);
        return problems;
    }

    private static string? One(string container, string file)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        Stopwatch watch = Stopwatch.StartNew();
        try
        {
            if (container == "accesses")
            {
                _ = AccessTraceReader.Read(file);
            }
            else
            {
                _ = IngestStage.ParseOnly(new IngestRequest { Inputs = [file] }, CancellationToken.None);
            }
        }
        catch (InputException)
        {
            // One message with a reason: that is an answer.
        }
        catch (Exception e)
        {
            return e.ToString();
        }
        if (watch.Elapsed > Patience)
        {
            return $"took {watch.Elapsed.TotalSeconds:f1} s";
        }
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        return allocated > 1L << 30 ? $"allocated {allocated >> 20} MiB" : null;
    }
}
