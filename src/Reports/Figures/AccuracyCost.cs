using SecondLook.Contracts.Catalogs;
using SecondLook.Reports.Drawing;
using SecondLook.Reports.Facts;
using SecondLook.Reports.Writing;

namespace SecondLook.Reports.Figures;

/// <summary>P1: what each policy pays for age against how often it evicts wrongly.</summary>
[CatalogEntry("p1", "accuracy-cost frontier: refaults against aging work, a point per policy")]
public sealed class AccuracyCost : IFigure
{
    private const string XTitle = "entries read per GiB and pass (log)";
    private static readonly string[] Columns = ["policy", "aging_work", "aging_work_low", "aging_work_high", "refaults", "refaults_low", "refaults_high", "bounds", "on_frontier"];

    /// <inheritdoc/>
    public string Title => "Accuracy against aging cost";

    /// <inheritdoc/>
    public FigurePlan Plan(ReportModel report)
    {
        string yTitle = report.Run.HeadCapacity is null ? "refaults per GiB evicted, pages" : "refaults per 1000 accesses";
        List<Point> points = [];
        foreach (PolicyReplay policy in report.Run.Policies.Where(p => !p.Mark.IsReference))
        {
            Estimate x = report.EstimateOf(policy, "aging_work");
            Estimate y = report.EstimateOf(policy, report.HeadlineMetric);
            if (x.Value.Value is > 0 && y.Value.Value is not null)
            {
                points.Add(new Point(policy, x, y));
            }
        }
        if (points.Count == 0)
        {
            MetricValue why = report.Run.Policies.Count == 0
                ? MetricValue.NotAvailable("no policy was replayed")
                : report.Metrics.Value(report.Run.Policies[0].Name, report.HeadlineMetric, report.Run.Head.Id, report.Run.HeadCapacity);
            return FigurePlan.Empty(yTitle, XTitle, Columns, why.Value is null
                ? $"No refaults to print: {why.Why}. "
                    + (report.Run.Head.TooLittleKnown is null ? "Record reclaim, or set reclaim.demand to capacity." : Verdicts.VerdictMaker.NextTime(report.Run))
                : "No policy of the job does aging work: add one with generations.");
        }
        List<Point> frontier = Frontier(points);
        FigureSeries series = new(Columns);
        foreach (Point p in points)
        {
            (double Low, double High)? bx = p.X.Interval ?? p.X.Range;
            (double Low, double High)? by = p.Y.Interval ?? p.Y.Range;
            series.Add(p.Policy.Name, p.X.Value.Value, bx?.Low, bx?.High, p.Y.Value.Value, by?.Low, by?.High,
                p.Y.Interval is not null ? "interval_95" : by is null ? "none" : "range_over_schedules", frontier.Contains(p) ? "yes" : "no");
        }
        List<(string Name, double Value)> references = [];
        foreach (PolicyReplay policy in report.Run.Policies.Where(p => p.Mark.IsReference))
        {
            if (report.EstimateOf(policy, report.HeadlineMetric).Value.Value is { } value)
            {
                references.Add((policy.Name, value));
                series.Add(policy.Name, null, null, null, value, null, null, "none", "");
            }
        }
        bool intervals = points.Any(p => p.Y.Interval is not null);
        bool ranges = !intervals && report.Run.Schedules.Count > 1;
        string marks = intervals ? "boxes: 95 % intervals" : ranges ? $"bars: range, {report.Run.Schedules.Count} schedules" : "one schedule";
        return new FigurePlan
        {
            Short = $"Lower left is better; {marks}.",
            Read = "A point is a policy; lower is more accurate, further left is cheaper. "
                + (intervals ? "Its box is the 95 % interval in both directions." : ranges ? "Its capped bars are the range over schedules, not an interval." : "One schedule was replayed, so no range is drawn."),
            Decides = "Take the series or not: a policy above the dashed line is beaten on both counts by another one.",
            Source = $"{points.Count} {(points.Count == 1 ? "policy" : "policies")}, {references.Count} references, schedule {report.Run.Head.Name}. Entries are SPTEs and PTEs, those read at eviction included.",
            Description = $"{yTitle} against {XTitle}; a labelled mark per policy, dotted lines for LRU and OPT, a dashed Pareto line.",
            Series = series,
            ShowsEffect = true,
            Draw = canvas => Draw(canvas, points, frontier, references, yTitle),
        };
    }

    private static List<Point> Frontier(List<Point> points) =>
        [.. points.Where(p => !points.Any(o => o != p && o.Cost <= p.Cost && o.Loss <= p.Loss && (o.Cost < p.Cost || o.Loss < p.Loss))).OrderBy(p => p.Cost).ThenByDescending(p => p.Loss)];

    private static void Draw(Canvas canvas, List<Point> points, List<Point> frontier, List<(string Name, double Value)> references, string yTitle)
    {
        double left = canvas.Small ? 38 : 44;
        double right = canvas.Width - 8;
        double bottom = canvas.Height - 36;
        points = ShownPolicies.Of(canvas, points, p => p.Policy, right);
        frontier = [.. frontier.Where(points.Contains)];
        List<double> ys = [.. points.SelectMany(p => p.LossBounds), .. references.Select(r => r.Value)];
        double span = Math.Max(ys.Max() - ys.Min(), ys.Max() * 0.1);
        double floor = ys.Min() < 0.35 * ys.Max() ? 0 : Math.Max(0, ys.Min() - (span * 0.15));
        LinearScale y = LinearScale.Rounded(floor, ys.Max() + (span * 0.08), bottom, 26, canvas.Small ? 4 : 5);
        LogScale x = LogScale.Rounded(points.Min(p => p.CostBounds.Min()), points.Max(p => p.CostBounds.Max()), left, right, canvas.Small ? 4 : 8);
        Axes.Vertical(canvas, y, left, right, yTitle);
        Axes.Horizontal(canvas, x, bottom, XTitle);
        LabelPlacer placer = new(canvas);
        double lastLabel = double.NaN;
        foreach ((string name, double value) in references.OrderByDescending(r => r.Value))
        {
            double at = y.Pixel(value);
            canvas.Line("ref", left, at, right, at);
            placer.AvoidLine(at, left, right);
            string text = name switch { "opt" => $"OPT {Label(value)}, floor", "lru" => $"LRU {Label(value)}", _ => $"{name} {Label(value)}" };
            double baseLine = name == "opt" ? at + 12 : at - 5;
            if (!double.IsNaN(lastLabel) && Math.Abs(baseLine - lastLabel) < 14)
            {
                baseLine = at + 12 > lastLabel + 14 ? at + 12 : lastLabel + 14;
            }
            baseLine = Math.Min(baseLine, bottom - 3);
            // At the right end, unless a mark stands there.
            double room = (text.Length * 11.5 * LabelBox.EmPerCharacter) + 10;
            bool crowded = points.Any(p => x.Pixel(p.Cost) > right - room && Math.Abs(y.Pixel(p.Loss) - baseLine + 4) < 14)
                && !points.Any(p => x.Pixel(p.Cost) < left + room && Math.Abs(y.Pixel(p.Loss) - baseLine + 4) < 14);
            canvas.Text("it h", crowded ? left + 4 : right, baseLine, text, crowded ? TextAnchor.Start : TextAnchor.End);
            lastLabel = baseLine;
        }
        if (frontier.Count > 1)
        {
            List<(double X, double Y)> steps = [];
            for (int i = 0; i < frontier.Count; i++)
            {
                if (i > 0)
                {
                    steps.Add((x.Pixel(frontier[i].Cost), y.Pixel(frontier[i - 1].Loss)));
                }
                steps.Add((x.Pixel(frontier[i].Cost), y.Pixel(frontier[i].Loss)));
            }
            canvas.Lines("par", [.. steps]);
            for (int i = 1; i < steps.Count; i++)
            {
                placer.Avoid(Math.Min(steps[i - 1].X, steps[i].X) - 1, Math.Min(steps[i - 1].Y, steps[i].Y) - 1, Math.Max(steps[i - 1].X, steps[i].X) + 1, Math.Max(steps[i - 1].Y, steps[i].Y) + 1);
            }
        }
        foreach (Point p in points)
        {
            DrawBounds(canvas, x, y, p);
            placer.Avoid(x.Pixel(p.Cost) - 5, y.Pixel(p.Loss) - 5, x.Pixel(p.Cost) + 5, y.Pixel(p.Loss) + 5);
        }
        foreach (Point p in points)
        {
            p.Policy.Mark.Draw(canvas, x.Pixel(p.Cost), y.Pixel(p.Loss), 4);
        }
        foreach (Point p in points.OrderBy(p => p.Loss).ThenBy(p => p.Cost))
        {
            placer.Place(p.Policy.Mark.IsKey ? "h b" : "h", x.Pixel(p.Cost), y.Pixel(p.Loss), 8, p.Policy.Name, 18, bottom - 2);
        }
    }

    private static string Label(double value) => value >= 9_999.5 ? Numbers.Digits3(value / 1000) + " k" : Numbers.Digits3(value);

    private static void DrawBounds(Canvas canvas, LogScale x, LinearScale y, Point p)
    {
        double px = x.Pixel(p.Cost);
        double py = y.Pixel(p.Loss);
        if (p.Y.Interval is { } yi)
        {
            (double Low, double High) xi = p.X.Interval ?? (p.Cost, p.Cost);
            double x0 = Math.Min(x.Pixel(xi.Low), px - 6);
            double x1 = Math.Max(x.Pixel(xi.High), px + 6);
            canvas.Rectangle("box " + p.Policy.Mark.Stroke, x0, y.Pixel(yi.High), x1 - x0, y.Pixel(yi.Low) - y.Pixel(yi.High));
            return;
        }
        if (p.Y.Range is { } yr && yr.High > yr.Low)
        {
            double top = y.Pixel(yr.High);
            double low = y.Pixel(yr.Low);
            canvas.ManyLines("rg " + p.Policy.Mark.Stroke, [[(px, top), (px, low)], [(px - 3, top), (px + 3, top)], [(px - 3, low), (px + 3, low)]]);
        }
        if (p.X.Range is { } xr && xr.High > xr.Low)
        {
            double l = x.Pixel(xr.Low);
            double r = x.Pixel(xr.High);
            canvas.ManyLines("rg " + p.Policy.Mark.Stroke, [[(l, py), (r, py)], [(l, py - 3), (l, py + 3)], [(r, py - 3), (r, py + 3)]]);
        }
    }

    private sealed record Point(PolicyReplay Policy, Estimate X, Estimate Y)
    {
        public double Cost => X.Value.Value!.Value;

        public double Loss => Y.Value.Value!.Value;

        public IEnumerable<double> LossBounds => Bounds(Y, Loss);

        public IEnumerable<double> CostBounds => Bounds(X, Cost).Where(v => v > 0);

        private static IEnumerable<double> Bounds(Estimate e, double value) =>
            (e.Interval ?? e.Range) is { } b ? [value, b.Low, b.High] : [value];
    }
}
