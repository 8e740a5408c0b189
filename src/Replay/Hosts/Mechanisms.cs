using SecondLook.Replay.Aging;
using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Hosts;

/// <summary>Mechanisms of MGLRU that can be switched off, alone or together: the words of the switch <c>without</c>, and of the ablation.</summary>
public static class Mechanisms
{
    /// <summary>Switch of a job that names them, joined by <c>+</c>.</summary>
    public const string Switch = "without";

    /// <summary>Joins words in that switch and in tables.</summary>
    public const char Joint = '+';

    private const int FewestGens = 3;

    private static readonly Mechanism[] Table =
    [
        new("walk", "aging passes create generations and read no page table",
            s => s.Switches.LeafWalk || (s.Switches is { PageTableWalk: true, ForceScanWalksWithoutHw: true }),
            s => With(s, r => r.PageTableWalk = false)),
        new("look_around", "a page found young at eviction makes no neighbour be asked",
            s => s.Switches.LookAround, s => With(s, r => r.LookAround = false)),
        new("bloom_filter", "walks read every page-table page, dense or not",
            s => s.Switches.Bloom != BloomKind.Off && s.Switches.LeafWalk, s => With(s, r => r.Bloom = BloomKind.Off)),
        new("tiers", "no tier is protected, no controller weighs tiers and types",
            s => s.Switches.Tiers, s => With(s, r => r.Tiers = false)),
        new("min_ttl", "kswapd reclaims however young the oldest generation is",
            s => s.Switches.MinTtlMs > 0, s => With(s, r => r.MinTtlMs = 0)),
        new("generations", "three generations at most instead of four, so that one is old",
            s => s.Switches.MostGens > FewestGens, s => With(s, r => r.MostGens = FewestGens)),
        new("secondary_hook", "aging and look-around ask no secondary MMU; eviction asks as before",
            s => s.Switches.SecondaryInAging != SecondaryScope.None || s.Knobs.Walk != WalkQuery.Primary || s.Knobs.LookAround != WalkQuery.Primary,
            AskPrimaryOnly),
    ];

    /// <summary>Their words, in the order of the tables.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Array.ConvertAll(Table, m => m.Name)];

    /// <summary>What is different without one, in one line.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static string MeaningOf(string name) => Find(name).Meaning;

    /// <summary>Whether a mechanism is at work under given rules, so that switching it off can change anything.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static bool IsAtWork(HostSetup setup, string name) => setup.Switches.Mglru && Find(name).AtWork(setup);

    /// <summary>The rules without some mechanisms.</summary>
    /// <param name="setup">The rules; stay as they are.</param>
    /// <param name="words">One word, or several joined by <see cref="Joint"/>.</param>
    /// <exception cref="ArgumentException">A word is unknown or given twice, or the lists are the classic ones.</exception>
    public static HostSetup Without(HostSetup setup, string words)
    {
        if (!setup.Switches.Mglru)
        {
            throw new ArgumentException($"switch {Switch}: '{words}' is a mechanism of MGLRU, and this policy has active and inactive lists");
        }
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (string word in words.Split(Joint))
        {
            Mechanism mechanism = Find(word);
            if (!seen.Add(word))
            {
                throw new ArgumentException($"switch {Switch}: '{word}' stands twice in '{words}'");
            }
            setup = mechanism.Remove(setup);
        }
        return setup;
    }

    private static Mechanism Find(string name) => Array.Find(Table, m => string.Equals(m.Name, name, StringComparison.Ordinal))
        ?? throw new ArgumentException($"switch {Switch}: there is no mechanism '{name}'; known: {string.Join(", ", Names)}, joined by {Joint}");

    private static HostSetup With(HostSetup setup, Action<ReclaimSwitches> change)
    {
        ReclaimSwitches switches = setup.Switches.Clone();
        change(switches);
        return setup with { Switches = switches };
    }

    private static HostSetup AskPrimaryOnly(HostSetup setup)
    {
        HostSetup changed = With(setup, r =>
        {
            r.SecondaryInAging = SecondaryScope.None;
            r.LookAroundTrigger = LookAroundTrigger.Primary;
        });
        return changed with
        {
            Knobs = changed.Knobs with
            {
                Walk = WalkQuery.Primary,
                PmdWalk = WalkQuery.Primary,
                LookAround = WalkQuery.Primary,
                LookAroundGate = LookAroundGate.Primary,
            },
        };
    }

    private sealed record Mechanism(string Name, string Meaning, Func<HostSetup, bool> AtWork, Func<HostSetup, HostSetup> Remove);
}
