using System.Globalization;
using SecondLook.Contracts.Diagnostics;

namespace SecondLook.Ingest;

/// <summary>Reader options by name.</summary>
internal static class Options
{
    private static readonly SortedDictionary<string, string> Known = new(StringComparer.Ordinal)
    {
        ["clock"] = "name of the trace clock, such as mono",
        ["mmu"] = "tdp, shadow, nested or stage2",
        ["spte"] = "ept or npt",
        ["mail"] = "true: undo quoting and wrapping of mail programs",
        ["dedupe"] = "true: drop events that two inputs of one capture both have",
        ["sampled_pages"] = "N: one page in N was recorded",
        ["tsc_hz"] = "N: cycles a second of an x86-tsc clock, which make its times ns",
        ["stacks"] = "true: kernel stacks tell which hook and which walk an aging call was",
        ["time_base"] = "relative or time_of_day",
        ["salvage"] = "true: a trace.dat whose options are cut off is searched for records",
        ["perf_delta"] = "true: times are differences (perf script --deltatime)",
    };

    /// <summary>Names.</summary>
    public static IReadOnlyCollection<string> Names => Known.Keys;

    /// <summary>Refuses unknown names and values, all at once.</summary>
    /// <exception cref="UsageException">There are some.</exception>
    public static void Check(IReadOnlyDictionary<string, string> options)
    {
        List<string> problems = [];
        foreach ((string name, string value) in options)
        {
            if (!Known.TryGetValue(name, out string? expected))
            {
                problems.Add($"--option {name}: no such reader option; known: {string.Join(", ", Known.Keys)}.");
            }
            else if (!IsValue(name, value))
            {
                problems.Add($"--option {name}={value}: expected {expected}.");
            }
        }
        if (problems.Count > 0)
        {
            problems.Sort(StringComparer.Ordinal);
            throw new UsageException(problems);
        }
    }

    /// <summary>Takes the settings that decoding needs.</summary>
    public static void Apply(IReadOnlyDictionary<string, string> options, IngestState state)
    {
        state.Context.TakesStacks = options.GetValueOrDefault("stacks") == "true";
        if (options.TryGetValue("mmu", out string? mmu))
        {
            state.Context.ShadowPaging = mmu is "shadow" or "nested";
        }
    }

    private static bool IsValue(string name, string value) => name switch
    {
        "mmu" => value is "tdp" or "shadow" or "nested" or "stage2",
        "spte" => value is "ept" or "npt",
        "mail" or "dedupe" or "perf_delta" or "stacks" or "salvage" => value is "true" or "false",
        "sampled_pages" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int share) && share >= 1,
        "tsc_hz" => ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong hz) && hz >= 1,
        "time_base" => value is "relative" or "time_of_day",
        _ => value.Length > 0,
    };
}
