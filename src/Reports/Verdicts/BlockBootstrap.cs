using SecondLook.Contracts.Runs;

namespace SecondLook.Reports.Verdicts;

/// <summary>95 % intervals by drawing blocks of the trace again and again; both policies see the same draw, so what they share cancels.</summary>
/// <param name="seed">Seed of the job.</param>
/// <param name="used">Blocks that carry information, by index; an interval needs at least <see cref="TraceBlocks.Needed"/>.</param>
public sealed class BlockBootstrap(ulong seed, IReadOnlyList<int> used)
{
    /// <summary>Draws of one interval.</summary>
    public const int Draws = 2000;

    /// <summary>Over the blocks in which one of the policies evicted: only they carry news about refaults.</summary>
    /// <param name="seed">Seed of the job.</param>
    /// <param name="policies">Sums of each, over the same blocks.</param>
    public static BlockBootstrap Of(ulong seed, params BlockSums[] policies) =>
        new(seed, policies.Length == 0 ? [] : [.. Enumerable.Range(0, policies[0].Evicted.Length).Where(b => policies.Any(p => p.Evicted[b] > 0))]);

    /// <summary>Blocks that carry information.</summary>
    public int Blocks => used.Count;

    /// <summary>Whether there are enough blocks.</summary>
    public bool Enough => used.Count >= TraceBlocks.Needed;

    /// <summary>Interval of one quotient as a multiple of its value over all blocks; null when too short or empty.</summary>
    public (double Low, double High)? Relative((double[] Numerator, double[] Denominator) a) =>
        Interval("value", draw => Quotient(a, draw), Quotient(a, null));

    /// <summary>Interval of the quotient of two quotients (candidate over baseline); null when too short or empty.</summary>
    public (double Low, double High)? Quotient((double[] Numerator, double[] Denominator) a, (double[] Numerator, double[] Denominator) b) =>
        Interval("quotient", draw => Quotient(a, draw) / Quotient(b, draw), 1);

    /// <summary>Interval of any number that is computed from sums over blocks; null when too short.</summary>
    /// <param name="purpose">Name of the number; equal names see equal draws.</param>
    /// <param name="value">The number, given the blocks drawn; what is not finite is left out.</param>
    public (double Low, double High)? Of(string purpose, Func<IReadOnlyList<int>, double> value) => Interval(purpose, value, 1);

    private (double Low, double High)? Interval(string purpose, Func<int[], double> value, double scale)
    {
        if (!Enough || scale == 0 || !double.IsFinite(scale))
        {
            return null;
        }
        Xoshiro256 random = new(seed, "report.bootstrap." + purpose);
        double[] values = new double[Draws];
        int[] draw = new int[used.Count];
        int kept = 0;
        for (int i = 0; i < Draws; i++)
        {
            for (int k = 0; k < draw.Length; k++)
            {
                draw[k] = used[(int)random.NextBelow((ulong)used.Count)];
            }
            double v = value(draw) / scale;
            if (double.IsFinite(v))
            {
                values[kept++] = v;
            }
        }
        // A draw without any denominator says nothing; when that is common the interval says nothing either.
        if (kept < Draws * 9 / 10)
        {
            return null;
        }
        Array.Sort(values, 0, kept);
        return (values[(int)(0.025 * (kept - 1))], values[(int)Math.Ceiling(0.975 * (kept - 1))]);
    }

    private double Quotient((double[] Numerator, double[] Denominator) sums, int[]? draw)
    {
        double numerator = 0;
        double denominator = 0;
        foreach (int b in draw ?? used)
        {
            numerator += sums.Numerator[b];
            denominator += sums.Denominator[b];
        }
        return numerator / denominator;
    }
}
