using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;
using SecondLook.Reports.Drawing;
using SecondLook.Reports.Facts;
using SecondLook.Reports.Writing;

namespace SecondLook.Reports.Figures;

/// <summary>P2: refaults per access against the memory kept, a line per policy.</summary>
[CatalogEntry("p2", "refault-ratio curve: refaults per access against memory kept")]
public sealed class RefaultCurve : IFigure
{
    private const string YTitle = "refaults per access";
    private const string XTitle = "memory kept, MiB and % of footprint";
    private static readonly string[] Columns = ["policy", "capacity_pages", "percent_of_footprint", "refaults_per_access", "low", "high"];

    /// <inheritdoc/>
    public string Title => "Refaults by memory kept";

    /// <inheritdoc/>
    public FigurePlan Plan(ReportModel report)
    {
        RunTables run = report.Run;
        long[] capacities = [.. run.Facts.Capacities.Distinct().Order()];
        string? missing = run.Head.TooLittleKnown is { } why ? $"No refaults to print: {why}. {Verdicts.VerdictMaker.NextTime(run)}"
            : capacities.Length < 2 ? $"{capacities.Length} memory sizes were replayed, 2 are needed. Set reclaim.demand to capacity and give reclaim.capacities."
            : null;
        if (missing is not null)
        {
            return FigurePlan.Empty(YTitle, XTitle, Columns, missing);
        }
        FigureSeries series = new(Columns);
        List<Curve> curves = [];
        foreach (PolicyReplay policy in run.Policies)
        {
            List<(double X, double Y, double Low, double High)> points = [];
            foreach (long capacity in capacities)
            {
                if (Ratio(run, policy, run.Head.Id, capacity) is not { } head)
                {
                    continue;
                }
                double[] all = [.. run.Schedules.Select(s => Ratio(run, policy, s.Id, capacity)).OfType<double>()];
                points.Add((capacity / 256.0, head, all.Min(), all.Max()));
                series.Add(policy.Name, capacity, 100.0 * capacity / Math.Max(1, run.Facts.FootprintPages), head, all.Min(), all.Max());
            }
            if (points.Count > 0)
            {
                curves.Add(new Curve(policy, points));
            }
        }
        return new FigurePlan
        {
            Short = run.Schedules.Count > 1 ? $"Lower is better; bands: {run.Schedules.Count} schedules." : "Lower is better; one schedule.",
            Read = "A line is a policy under demand paging at each size; lower is better, and OPT is the floor.",
            Decides = "How much memory may be taken before the policies part, and how far each stands from what is possible.",
            Source = $"{capacities.Length} sizes, {run.Schedules.Count} schedules; bands are the range over schedules, not a confidence interval. Lines join the sizes replayed.",
            Description = "Refaults per access against memory kept, a labelled line per policy, dotted for LRU and OPT.",
            Series = series,
            LargeHeight = 320,
            SmallHeight = 276,
            Draw = canvas => Draw(canvas, curves, run.Facts.FootprintPages / 256.0),
        };
    }

    private static double? Ratio(RunTables run, PolicyReplay policy, int schedule, long capacity)
    {
        Slice slice = new(run, policy, schedule, capacity);
        long requests = slice.Total(TotalsTable.Requests);
        return requests == 0 ? null : (double)slice.Total(TotalsTable.Refaults) / requests;
    }

    private static void Draw(Canvas canvas, List<Curve> curves, double footprint)
    {
        const double Left = 40;
        double right = canvas.Width - Math.Clamp((curves.Max(c => c.Policy.Name.Length) * 11.5 * LabelBox.EmPerCharacter) + 14, 60, canvas.Width * 0.45);
        double bottom = canvas.Height - 50;
        double[] sizes = [.. curves[0].Points.Select(p => p.X)];
        LinearScale y = LinearScale.Rounded(0, Math.Max(1e-9, curves.Max(c => c.Points.Max(p => p.High))), bottom, 26, canvas.Small ? 4 : 5);
        double pad = (sizes[^1] - sizes[0]) * 0.04;
        LinearScale x = LinearScale.Exact(sizes[0] - pad, sizes[^1] + pad, Left, right, 4);
        Axes.Vertical(canvas, y, Left, right, YTitle);
        canvas.Line("ax", Left, bottom, right, bottom);
        double free = double.NegativeInfinity;
        foreach (double size in sizes)
        {
            double at = x.Pixel(size);
            canvas.Line("ax", at, bottom, at, bottom + 4);
            string text = Numbers.Digits3(size);
            string percent = Numbers.Fixed(100 * size / footprint, 0) + " %";
            double half = Math.Max(text.Length, percent.Length) * 10.5 * LabelBox.EmPerCharacter / 2;
            if (at - half > free)
            {
                canvas.Text("tk", at, bottom + 15, text, TextAnchor.Middle);
                canvas.Text("tk", at, bottom + 28, percent, TextAnchor.Middle);
                free = at + half + 5;
            }
        }
        canvas.Text("ax-t", Math.Max(right, XTitle.Length * 11.5 * LabelBox.EmPerCharacter), bottom + 44, XTitle, TextAnchor.End);
        foreach (Curve curve in curves.Where(c => c.Policy.Mark.IsKey && c.Points.Any(p => p.High > p.Low)))
        {
            canvas.Lines("band " + curve.Policy.Mark.Fill,
                [.. curve.Points.Select(p => (x.Pixel(p.X), y.Pixel(p.High))), .. Enumerable.Reverse(curve.Points).Select(p => (x.Pixel(p.X), y.Pixel(p.Low)))], closed: true);
        }
        foreach (Curve curve in curves.OrderBy(c => c.Policy.Mark.IsReference ? 0 : c.Policy.Mark.IsKey ? 2 : 1))
        {
            PolicyMark mark = curve.Policy.Mark;
            if (curve.Points.Count > 1)
            {
                canvas.Lines(mark.IsReference ? "ref" : mark.IsKey ? "ln " + mark.Stroke : "ln thin " + mark.Stroke, [.. curve.Points.Select(p => (x.Pixel(p.X), y.Pixel(p.Y)))]);
            }
            foreach ((double px, double py, _, _) in mark.IsReference ? [] : curve.Points)
            {
                mark.Draw(canvas, x.Pixel(px), y.Pixel(py), 3.4);
            }
        }
        EndLabels.Draw(canvas, [.. curves.Select(c => (c.Policy, x.Pixel(c.Points[^1].X), y.Pixel(c.Points[^1].Y)))], right, bottom);
    }

    private sealed record Curve(PolicyReplay Policy, List<(double X, double Y, double Low, double High)> Points);
}
