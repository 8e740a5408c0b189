using SecondLook.Reports.Verdicts;

namespace SecondLook.Reports.Pooling;

/// <summary>The verdict words of one policy against another, run by run.</summary>
/// <param name="Policy">Policy under question.</param>
/// <param name="Against">What it is held against.</param>
/// <param name="Words">A word for each run, in their order.</param>
public sealed record VerdictWords(string Policy, string Against, IReadOnlyList<VerdictStatus> Words)
{
    /// <summary>Whether the runs allow different things to be said.</summary>
    public bool Flips => Words.Any(w => w != Words[0]);

    /// <summary>The words of every policy that all runs have, against one of them; empty where a run's words were not asked for.</summary>
    /// <param name="against">What the others are held against.</param>
    /// <param name="runs">The runs.</param>
    public static IReadOnlyList<VerdictWords> Of(string against, IReadOnlyList<ComparedRun> runs) =>
    [
        .. runs[0].Words.Keys.Where(p => runs.All(r => r.Words.ContainsKey(p)))
            .Select(p => new VerdictWords(p, against, [.. runs.Select(r => r.Words[p])])),
    ];
}
