using System.Globalization;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Jobs;
using SecondLook.Ingest.Accesses;
using SecondLook.Replay;
using SecondLook.Replay.Reference;

namespace SecondLook.Host.Commands;

/// <summary>What a command line of <c>misses</c> asks for.</summary>
public sealed record MissesRequest
{
    /// <summary>Word for every size.</summary>
    public const string All = "all";

    private const string AtHarvests = "harvests";

    /// <summary>Files and folders.</summary>
    public required IReadOnlyList<string> Traces { get; init; }

    /// <summary>Policies by name.</summary>
    public required IReadOnlyList<string> Policies { get; init; }

    /// <summary>Sizes of the memory as written.</summary>
    public required IReadOnlyList<string> Pages { get; init; }

    /// <summary>Whether the corner cases and names of libCacheSim are asked for.</summary>
    public bool LibCacheSim { get; init; }

    /// <summary>Share of the pages that LRU's counts are estimated from, or null for exact counts.</summary>
    public double? Shards { get; init; }

    /// <summary>When policies see what was used: <c>harvests</c> of the capture, a time, or a number of requests; null for at once.</summary>
    public string? Sampled { get; init; }

    /// <summary>Whether every size at which LRU's count changes is asked for.</summary>
    public bool AllPages => Pages.Contains(All);

    /// <summary>Format by name, or null.</summary>
    public string? Format { get; init; }

    /// <summary>Seed of policies that draw lots.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Threads, at least 1.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Checks names, sizes and files before anything is read.</summary>
    /// <exception cref="UsageException">Something is wrong: all of it.</exception>
    public void Check()
    {
        List<string> problems = [.. Traces.Where(t => t != "-" && !File.Exists(t) && !Directory.Exists(t)).Select(t => $"no file or folder '{t}'")];
        IReadOnlyList<string> known = LibCacheSim ? MissCounter.LibCacheSimPolicies : MissCounter.Policies;
        problems.AddRange(Policies.Where(p => !known.Contains(p)).Select(p => $"--policy: {Unknown(p, known)}"));
        // A share of nothing is no size whatever the trace, so any footprint will do for the check.
        problems.AddRange(Pages.Where(p => p != All && !Quantities.TryPages(p, 1, out _)).Select(p => $"--pages: '{p}' is no size; expected a number of pages of at least 1, a size such as 64MiB, or a share such as 10%"));
        problems.AddRange(CheckModes());
        if (Policies.Count == 0)
        {
            problems.Add("--policy: no policy named");
        }
        if (Pages.Count == 0)
        {
            problems.Add("--pages: no size given");
        }
        if (Format is not null && !AccessTraceReader.Formats.Contains(Format))
        {
            problems.Add($"--format: '{Format}' is not known{NameSuggestion.For(Format, AccessTraceReader.Formats)}");
        }
        if (problems.Count > 0)
        {
            throw new UsageException(problems);
        }
    }

    /// <summary>Positions before which policies see what was used, null for at once.</summary>
    /// <param name="trace">The accesses.</param>
    /// <exception cref="InputException">The trace has no times, or no harvests.</exception>
    public int[]? Harvests(AccessTrace trace)
    {
        if (Sampled is null)
        {
            return null;
        }
        if (long.TryParse(Sampled, NumberStyles.None, CultureInfo.InvariantCulture, out long every))
        {
            return every < trace.Pages.Length ? [.. Enumerable.Range(1, (int)((trace.Pages.Length - 1) / every)).Select(i => (int)(i * every))] : [];
        }
        if (trace.TimesNs is not { } times)
        {
            throw new InputException("no_times", $"{trace.Name}: the accesses have no times; give --sampled a number of requests.");
        }
        if (Sampled == AtHarvests)
        {
            return trace.HarvestsNs.Count > 0
                ? [.. trace.HarvestsNs.Select(t => FirstAfter(times, t)).Where(p => p < times.Length)]
                : throw new InputException("no_harvests", $"{trace.Name}: no aging commands stand beside the accesses; give --sampled a time or a number of requests.");
        }
        _ = Quantities.TryDuration(Sampled, out long periodNs);
        List<int> positions = [];
        for (int at = 0; at < times.Length;)
        {
            at = FirstAfter(times, times[0] + (((times[at] - times[0]) / periodNs) + 1) * periodNs - 1);
            positions.Add(at);
        }
        return [.. positions.Where(p => p < times.Length)];
    }

    private string Unknown(string policy, IReadOnlyList<string> known) =>
        !LibCacheSim && ReplayCatalog.ReferenceNames.Contains(policy) ? $"'{policy}' has no capacity, so no count of misses at a size"
        : LibCacheSim && MissCounter.Policies.Contains(policy) ? $"libCacheSim has no '{policy}'; its policies: {string.Join(", ", known)}"
        : $"'{policy}' is no reference policy{NameSuggestion.For(policy, known)}";

    private static int FirstAfter(long[] times, long timeNs)
    {
        int low = 0;
        int high = times.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            (low, high) = times[middle] <= timeNs ? (middle + 1, high) : (low, middle);
        }
        return low;
    }

    private IEnumerable<string> CheckModes()
    {
        if ((AllPages || Shards is not null) && Policies.Any(p => p != "lru"))
        {
            yield return $"{(AllPages ? "--pages all" : "--shards")}: only lru has a curve over all sizes";
        }
        if (Shards is <= 0 or > 1 or double.NaN)
        {
            yield return "--shards: expected a share of the pages, greater than 0 and at most 1, such as 0.01";
        }
        if (Sampled is null)
        {
            yield break;
        }
        bool count = long.TryParse(Sampled, NumberStyles.None, CultureInfo.InvariantCulture, out long every);
        if (count ? every < 1 : Sampled != AtHarvests && (!Quantities.TryDuration(Sampled, out long ns) || ns < 1))
        {
            yield return $"--sampled: '{Sampled}' is neither 'harvests' nor a time such as 10s nor a number of requests of at least 1";
        }
        if (LibCacheSim || AllPages || Shards is not null)
        {
            yield return "--sampled: not together with --variant libcachesim, --pages all or --shards";
        }
        foreach (string policy in Policies.Where(p => MissCounter.Policies.Contains(p) && !MissCounter.CanBeSampled(p)))
        {
            yield return $"--sampled: '{policy}' sees the future, harvests tell it nothing";
        }
    }
}
