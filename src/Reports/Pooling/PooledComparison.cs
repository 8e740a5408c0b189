using SecondLook.Reports.Verdicts;

namespace SecondLook.Reports.Pooling;

/// <summary>Two policies over several captures of one workload: counts added up, with the spread between the runs beside the effect (product.md 5.2).</summary>
/// <remarks>
/// Runs are the independent repetitions here, so the interval is that of their mean (Student's t), not one over blocks of a trace. A ranking is supported
/// where it holds in every run and on every schedule by more than a tie, above the largest model error of the runs, and the interval does not touch zero.
/// </remarks>
public sealed class PooledComparison
{
    /// <summary>Runs below which no interval between runs is printed.</summary>
    public const int LeastRuns = 3;

    // Two-sided 95 % quantiles of Student's t for 2 to 30 degrees of freedom; 1.96 beyond.
    private static readonly double[] T95 =
    [
        4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069,
        2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ];

    /// <summary>Pools runs.</summary>
    /// <param name="a">Policy under question.</param>
    /// <param name="b">What it is held against.</param>
    /// <param name="runs">At least one run.</param>
    public PooledComparison(string a, string b, IReadOnlyList<ComparedRun> runs)
    {
        A = a;
        B = b;
        Runs = runs;
        string head = runs[0].HeadSchedule;
        Head = Sum(head);
        Effects = [.. runs.Select(r => r.On(r.HeadSchedule)?.Effect)];
        List<(string, ComparedRun.Counts)> schedules = [];
        foreach (string schedule in runs[0].Schedules)
        {
            if (runs.All(r => r.On(schedule) is not null))
            {
                schedules.Add((schedule, Sum(schedule)!.Value));
            }
        }
        Schedules = schedules;
        double[] known = [.. Effects.Where(e => e is not null).Select(e => e!.Value)];
        if (known.Length > 1)
        {
            double mean = known.Average();
            Spread = Math.Sqrt(known.Sum(e => (e - mean) * (e - mean)) / (known.Length - 1));
            if (known.Length >= LeastRuns)
            {
                double half = Quantile(known.Length - 1) * Spread.Value / Math.Sqrt(known.Length);
                Interval = (mean - half, mean + half);
            }
        }
        (Status, Why) = Judge();
        Words = VerdictWords.Of(b, runs);
        if (runs is [{ Inputs.Length: > 0, TooLittleKnown: null } x, { TooLittleKnown: null } y] && x.Inputs == y.Inputs && x.WrongA is not null && y.WrongA is not null)
        {
            BetweenRuns = [(a, FateFlips.Of(x.WrongA, y.WrongA)), .. a == b ? [] : new[] { (b, FateFlips.Of(x.WrongB!, y.WrongB!)) }];
        }
    }

    /// <summary>Policy under question.</summary>
    public string A { get; }

    /// <summary>What it is held against.</summary>
    public string B { get; }

    /// <summary>The runs.</summary>
    public IReadOnlyList<ComparedRun> Runs { get; }

    /// <summary>Counts of all runs on the head schedule; null where a run lacks it.</summary>
    public ComparedRun.Counts? Head { get; }

    /// <summary>Effect of each run on its head schedule; null where it has none.</summary>
    public IReadOnlyList<double?> Effects { get; }

    /// <summary>Pooled counts of each schedule that all runs have.</summary>
    public IReadOnlyList<(string Schedule, ComparedRun.Counts Counts)> Schedules { get; }

    /// <summary>Standard deviation of the effect between runs; null for one run.</summary>
    public double? Spread { get; }

    /// <summary>95 % interval of the mean effect over runs; null below <see cref="LeastRuns"/>.</summary>
    public (double Low, double High)? Interval { get; }

    /// <summary>What may be said.</summary>
    public VerdictStatus Status { get; }

    /// <summary>Why, in sentences.</summary>
    public string Why { get; }

    /// <summary>The verdict words of the policies against B, run by run; empty for one run.</summary>
    public IReadOnlyList<VerdictWords> Words { get; }

    /// <summary>For two runs of one capture: pages of A, and of B, whose fate differs between them, the first run's errors under A's name.</summary>
    public IReadOnlyList<(string Policy, FateFlips Flips)> BetweenRuns { get; } = [];

    /// <summary>Pooled effect on the head schedule: A over B minus 1.</summary>
    public double? Effect => Head?.Effect;

    /// <summary>The largest model error of the runs; null where none was measured.</summary>
    public double? ModelError => Runs.Max(r => r.ModelError.Share);

    private static double Quantile(int freedom) => freedom < 2 ? double.NaN : freedom - 2 < T95.Length ? T95[freedom - 2] : 1.96;

    private ComparedRun.Counts? Sum(string schedule)
    {
        ComparedRun.Counts sum = default;
        foreach (ComparedRun run in Runs)
        {
            if (run.On(schedule) is not { } counts)
            {
                return null;
            }
            sum += counts;
        }
        return sum;
    }

    private (VerdictStatus Status, string Why) Judge()
    {
        if (A == B)
        {
            return (VerdictStatus.Undecidable, "One policy held against itself: zero in every run and on every schedule.");
        }
        if (Runs.FirstOrDefault(r => r.TooLittleKnown is not null) is { } blind)
        {
            return (VerdictStatus.Undecidable, $"{blind.Title}: {blind.TooLittleKnown}.");
        }
        if (Effect is not { } effect || Effects.Any(e => e is null))
        {
            return (VerdictStatus.Undecidable, "A run without evictions or refaults has no effect to compare.");
        }
        if (Runs.FirstOrDefault(r => r.Capacity is not null && !r.FromTruth && RankingRule.IsTooFine(r.StayNs, r.GapNs)) is { } fine)
        {
            return (VerdictStatus.Undecidable, $"{fine.Title}: pages come and go between two harvests, where the trace says nothing.");
        }
        int order = RankingRule.Agreed(Schedules.Select(s => (s.Counts.RateA ?? 0, s.Counts.RateB ?? 0)));
        int[] orders = [.. Runs.Select(r => RankingRule.Agreed(r.Schedules.Select(s => (r.On(s)!.Value.RateA ?? 0, r.On(s)!.Value.RateB ?? 0))))];
        if (order == 0)
        {
            return (VerdictStatus.Undecidable, Math.Abs(effect) <= RankingRule.Tie ? "Within 1 % the two are equal." : "Schedules disagree on the order of the pooled counts.");
        }
        if (orders.Any(o => o != order))
        {
            return (VerdictStatus.Undecidable, $"The order holds in {orders.Count(o => o == order)} of {Runs.Count} runs.");
        }
        if (ModelError is { } error && Math.Abs(effect) < error)
        {
            return (VerdictStatus.BelowModelError, "The effect is smaller than the largest model error of the runs.");
        }
        return Interval is not { } interval
            ? (VerdictStatus.TooShort, $"An interval between runs needs {LeastRuns} of them.")
            : interval is { Low: <= 0, High: >= 0 }
                ? (VerdictStatus.Undecidable, "The 95 % interval between runs spans zero: record more runs.")
                : (VerdictStatus.Supported, $"The order holds in {Runs.Count} of {Runs.Count} runs and on {Schedules.Count} of {Schedules.Count} schedules.");
    }
}
