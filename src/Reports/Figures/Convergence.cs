using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;
using SecondLook.Reports.Drawing;
using SecondLook.Reports.Facts;
using SecondLook.Reports.Writing;

namespace SecondLook.Reports.Figures;

/// <summary>P14: how the headline number settles as more of the trace is taken.</summary>
[CatalogEntry("p14", "convergence: the headline number against the share of the trace")]
public sealed class Convergence : IFigure
{
    private const int Steps = 40;
    private const string YTitle = "effect on refaults, %";
    private const string XTitle = "share of the trace, %";
    private static readonly string[] Columns = ["percent_of_trace", "refaults_candidate", "evictions_candidate", "refaults_baseline", "evictions_baseline", "effect_percent"];

    /// <inheritdoc/>
    public string Title => "How the headline settles";

    /// <inheritdoc/>
    public FigurePlan Plan(ReportModel report)
    {
        RunTables run = report.Run;
        string? missing = run.Head.TooLittleKnown is { } why ? $"No refaults to print: {why}. {Verdicts.VerdictMaker.NextTime(run)}"
            : report.Pair?.Effect is null ? "There is no effect to follow: 0 refaults under the baseline, or one policy only."
            : null;
        if (missing is not null)
        {
            return FigurePlan.Empty(YTitle, XTitle, Columns, missing);
        }
        Comparison pair = new(report.Pair!.Candidate, report.Pair.Baseline);
        (int[] againA, int[] tookA) = Cut(run.HeadSlice(pair.A));
        (int[] againB, int[] tookB) = Cut(run.HeadSlice(pair.B));
        pair.A.Release();
        pair.B.Release();
        FigureSeries series = new(Columns);
        List<(double Share, double Effect)> points = [];
        bool perPage = run.HeadCapacity is null;
        for (int i = 1; i <= Steps; i++)
        {
            double a = perPage ? againA[i] / (double)tookA[i] : againA[i];
            double b = perPage ? againB[i] / (double)tookB[i] : againB[i];
            double effect = 100 * ((a / b) - 1);
            bool known = double.IsFinite(effect);
            series.Add(100.0 * i / Steps, againA[i], tookA[i], againB[i], tookB[i], known ? effect : null);
            if (known)
            {
                points.Add((100.0 * i / Steps, effect));
            }
        }
        if (points.Count < 2)
        {
            return FigurePlan.Empty(YTitle, XTitle, Columns, $"{points.Count} shares of the trace hold refaults of both policies, 2 are needed. Next time record longer.");
        }
        return new FigurePlan
        {
            Short = "Flat to the right: the trace is long enough.",
            Read = "At each share the trace is cut there, and evictions and refaults up to that point give the effect; where the line stays flat, more trace would not change it.",
            Decides = "Whether to record longer.",
            Source = $"{pair.A.Name} against {pair.B.Name}, schedule {run.Head.Name}; the line begins where both have refaults. No interval is drawn: cuts share their beginning.",
            Description = "The effect on refaults in per cent against the share of the trace taken, zero dotted.",
            Series = series,
            ShowsEffect = true,
            LargeHeight = 260,
            SmallHeight = 236,
            Draw = canvas => Draw(canvas, points, pair.A),
        };
    }

    private static (int[] Again, int[] Took) Cut(Slice slice)
    {
        int[] again = new int[Steps + 1];
        int[] took = new int[Steps + 1];
        ReplayFacts facts = slice.Run.Facts;
        int StepOf(long ts) => (int)Math.Clamp(Math.Ceiling((double)(ts - facts.BeginNs) / Math.Max(1, facts.SpanNs) * Steps), 0, Steps);
        Table? table = slice.Policy.Evictions.Values;
        foreach (int r in slice.EvictionRows)
        {
            took[StepOf(table![EvictionsTable.TsNs][r])]++;
            if (!table.IsNull(EvictionsTable.NextTouchNs, r))
            {
                again[StepOf(table[EvictionsTable.NextTouchNs][r])]++;
            }
        }
        for (int i = 1; i <= Steps; i++)
        {
            again[i] += again[i - 1];
            took[i] += took[i - 1];
        }
        return (again, took);
    }

    private static void Draw(Canvas canvas, List<(double Share, double Effect)> points, PolicyReplay policy)
    {
        const double Left = 40;
        double right = canvas.Width - 56;
        double bottom = canvas.Height - 36;
        LinearScale y = LinearScale.Rounded(Math.Min(0, points.Min(p => p.Effect)), Math.Max(0, points.Max(p => p.Effect)), bottom, 26, canvas.Small ? 4 : 5);
        LinearScale x = LinearScale.Exact(0, 100, Left, right, canvas.Small ? 4 : 5);
        Axes.Vertical(canvas, y, Left, right, YTitle);
        Axes.Horizontal(canvas, x, bottom, XTitle);
        canvas.Line("ref", Left, y.Pixel(0), right, y.Pixel(0));
        canvas.Lines("ln " + policy.Mark.Stroke, [.. points.Select(p => (x.Pixel(p.Share), y.Pixel(p.Effect)))]);
        policy.Mark.Draw(canvas, x.Pixel(points[^1].Share), y.Pixel(points[^1].Effect), 3.6);
        canvas.Text("b", right + 8, y.Pixel(points[^1].Effect) + 4, Numbers.TrueMinus(Numbers.Fixed(points[^1].Effect, 1)));
    }

    private sealed record Comparison(PolicyReplay A, PolicyReplay B);
}
