using System.CommandLine;
using SecondLook.Contracts.Jobs;
using SecondLook.Ingest.Accesses;
using SecondLook.Replay.Reference;

namespace SecondLook.Host.Commands;

/// <summary><c>secondlook misses TRACE…</c>: exact request and miss counts of reference policies on access traces.</summary>
public static class MissesCommand
{
    private const string OurVariant = "ours";
    private static readonly string[] Variants = [OurVariant, "libcachesim"];

    /// <summary>Builds the verb.</summary>
    public static Command Create(CancellationToken cancel)
    {
        Command command = new("misses", "count the misses of reference policies on lists of page accesses; CSV, or one JSON object");
        Argument<string[]> traces = new("TRACE") { Description = "lists of page accesses: .u32le, oracleGeneral, CSV, truth.csv, capture folders, datasets, Parquet; packed or not; - for stdin", Arity = ArgumentArity.OneOrMore };
        Option<string[]> policies = new("--policy") { Description = "reference policies ('secondlook list policies')", HelpName = "NAME[,…]", Required = true };
        Option<string[]> pages = new("--pages") { Description = "sizes of the memory: pages, sizes such as 64MiB, shares such as 10% of the distinct pages, or 'all' for every size at which lru's count changes", HelpName = "N[,…]", Required = true };
        Option<string> variant = new("--variant") { Description = "ours (mglru-model.md 11), or the corner cases and names of libcachesim", DefaultValueFactory = _ => OurVariant };
        Option<string?> format = new("--format") { Description = "format by name instead of recognising it: " + string.Join(", ", AccessTraceReader.Formats), HelpName = "NAME" };
        Option<double?> shards = new("--shards") { Description = "estimate lru from this share of the pages; adds the ends of an error of three standard deviations", HelpName = "RATE" };
        Option<string?> sampled = new("--sampled") { Description = "policies see faults, and other uses only at harvests: those of the capture, or every so much time or so many requests", HelpName = "harvests|TIME|N" };
        Option<ulong> seed = new("--seed") { Description = "seed of policies that draw lots, and of --shards", DefaultValueFactory = _ => 1 };
        Option<bool> json = new("--json") { Description = "one JSON object" };
        Option<int> jobs = InputOptions.Threads();
        variant.AcceptOnlyFromAmong(Variants);
        command.Add(traces);
        foreach (Option option in (Option[])[policies, pages, variant, shards, sampled, format, seed, json, jobs])
        {
            command.Add(option);
        }
        command.SetAction(parsed =>
        {
            MissesRequest request = new()
            {
                Traces = parsed.GetRequiredValue(traces),
                Policies = Words(parsed.GetRequiredValue(policies)),
                Pages = Words(parsed.GetRequiredValue(pages)),
                LibCacheSim = parsed.GetRequiredValue(variant) != OurVariant,
                Shards = parsed.GetValue(shards),
                Sampled = parsed.GetValue(sampled),
                Format = parsed.GetValue(format),
                Seed = parsed.GetValue(seed),
                Threads = Math.Max(1, parsed.GetValue(jobs)),
            };
            request.Check();
            using MissesOutput output = new(Console.Out, parsed.GetValue(json), request);
            foreach (string trace in request.Traces)
            {
                Run(trace, request, output, cancel);
                output.EndTrace();
            }
            output.Finish();
            return ExitCode.Done;
        });
        return command;
    }

    private static void Run(string path, MissesRequest request, MissesOutput output, CancellationToken cancel)
    {
        AccessTrace trace = AccessTraceReader.Read(path, request.Format);
        foreach (string note in trace.Notes)
        {
            Console.Error.WriteLine($"secondlook: {trace.Name}: {note}.");
        }
        int[]? harvests = request.Harvests(trace);
        PageList list = PageList.Of(trace.Pages);
        if (request.AllPages || request.Shards is not null)
        {
            WriteCurve(trace.Name, list, request, output);
            return;
        }
        List<MissCell> cells = [];
        foreach (string policy in request.Policies)
        {
            cells.AddRange(request.Pages.Select(size => new MissCell(policy, PagesOf(size, list))));
        }
        MissRules rules = new() { LibCacheSim = request.LibCacheSim, Seed = request.Seed, Harvests = harvests };
        long[] misses = MissCounter.Count(list, cells, rules, request.Threads, cancel);
        for (int i = 0; i < misses.Length; i++)
        {
            output.Write(trace.Name, list, cells[i], misses[i]);
        }
    }

    private static void WriteCurve(string name, PageList list, MissesRequest request, MissesOutput output)
    {
        ShardsCurve? sampled = request.Shards is { } rate ? ShardsCurve.Of(list, rate, request.Seed) : null;
        LruCurve? exact = sampled is null ? LruCurve.Of(list) : null;
        IEnumerable<long> sizes = !request.AllPages ? request.Pages.Select(size => PagesOf(size, list))
            : exact is not null ? exact.Steps().Select(s => (long)s)
            : sampled!.Steps();
        foreach (long size in sizes)
        {
            if (exact is not null)
            {
                output.Write(name, list, new MissCell("lru", size), exact.Misses(size));
                continue;
            }
            MissEstimate estimate = sampled!.Misses(size);
            output.Write(name, list, new MissCell("lru", size), (long)Math.Round(estimate.Misses), ((long)Math.Floor(estimate.Low), (long)Math.Ceiling(estimate.High)));
        }
    }

    private static long PagesOf(string size, PageList list) => Quantities.TryPages(size, list.Pages, out long pages) ? pages : 1;

    private static string[] Words(string[] values) =>
        [.. values.SelectMany(v => v.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
}
