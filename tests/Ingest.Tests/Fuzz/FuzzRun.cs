using System.Diagnostics;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Runs;

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
    /// <returns>What went wrong, and how much of what was left whole was read. The files of problems are kept.</returns>
    public static FuzzResult Run(string container, string? corpus, string folder, ulong seed, long first, long count)
    {
        List<FuzzSeed> seeds = FuzzSeeds.Of(container, corpus, folder);
        FuzzResult result = new();
        if (seeds.Count == 0)
        {
            return result;
        }
        string file = Path.Combine(folder, $"{container}-{first}.input");
        for (long i = first; i < first + count; i++)
        {
            Xoshiro256 random = new(seed, $"fuzz.{container}", (ulong)i);
            FuzzSeed whole = seeds[(int)random.NextBelow((ulong)seeds.Count)];
            Mutation mutation = FuzzMutation.Of(whole.Bytes, seeds[(int)random.NextBelow((ulong)seeds.Count)].Bytes, random);
            File.WriteAllBytes(file, mutation.Bytes);
            string? problem = One(container, file, out List<FuzzRecord> read, out string? refused);
            if (problem is not null)
            {
                File.Copy(file, Path.Combine(folder, $"{container}-{seed}-{i}.failed"), overwrite: true);
                result.Problems.Add($"{container}, seed {seed}, case {i}: {problem}");
                continue;
            }
            result.Count(mutation, whole, read, refused, i);
        }
        File.Delete(file);
        return result;
    }

    private static string? One(string container, string file, out List<FuzzRecord> read, out string? refused)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        Stopwatch watch = Stopwatch.StartNew();
        read = [];
        refused = null;
        try
        {
            read = RecordKeys.Of(container, file);
        }
        catch (InputException e)
        {
            // One message with a reason: that is an answer.
            refused = e.Reason;
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
