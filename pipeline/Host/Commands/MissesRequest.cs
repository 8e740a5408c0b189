using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Jobs;
using SecondLook.Ingest.Accesses;
using SecondLook.Replay.Reference;

namespace SecondLook.Host.Commands;

/// <summary>What a command line of <c>misses</c> asks for.</summary>
public sealed record MissesRequest
{
    /// <summary>Files and folders.</summary>
    public required IReadOnlyList<string> Traces { get; init; }

    /// <summary>Policies by name.</summary>
    public required IReadOnlyList<string> Policies { get; init; }

    /// <summary>Sizes of the memory as written.</summary>
    public required IReadOnlyList<string> Pages { get; init; }

    /// <summary>Whether the corner cases and names of libCacheSim are asked for.</summary>
    public bool LibCacheSim { get; init; }

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
        problems.AddRange(Policies.Where(p => !known.Contains(p)).Select(p => $"--policy: '{p}' is not known here{NameSuggestion.For(p, known)}"));
        // A share of nothing is no size whatever the trace, so any footprint will do for the check.
        problems.AddRange(Pages.Where(p => !Quantities.TryPages(p, 1, out _)).Select(p => $"--pages: '{p}' is no size; expected a number of pages of at least 1, a size such as 64MiB, or a share such as 10%"));
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
}
