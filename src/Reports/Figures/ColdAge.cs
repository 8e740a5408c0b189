using SecondLook.Contracts.Catalogs;
using SecondLook.Reports.Drawing;
using SecondLook.Reports.Facts;
using SecondLook.Reports.Writing;

namespace SecondLook.Reports.Figures;

/// <summary>P4: how much memory is colder than a threshold, and how much of it would have to come back each minute.</summary>
/// <remarks>One line for the guest, not one a policy: the replay tables do not hold what each policy believes at every threshold.</remarks>
[CatalogEntry("p4", "cold age and promotions: memory colder than T, and what comes back a minute")]
public sealed class ColdAge : IFigure
{
    private const int Steps = 40;
    private const double Goal = 0.2;
    private const string XTitle = "threshold T, s (log)";
    private static readonly string[] Columns = ["threshold_s", "percent_colder", "promotions_percent_per_min"];

    /// <inheritdoc/>
    public string Title => "Cold age and promotions";

    /// <inheritdoc/>
    public FigurePlan Plan(ReportModel report)
    {
        RunTables run = report.Run;
        string? file = run.Head.TouchesFile(run.Folder);
        string? missing = run.Head.TooLittleKnown is { } why ? $"Idle times are not known: {why}. {Verdicts.VerdictMaker.NextTime(run)}"
            : file is null ? $"The run kept no accesses of the schedule {run.Head.Name}: 0 rows."
            : run.Facts.SpanNs < 60e9 ? $"The trace spans {Numbers.Span(run.Facts.SpanNs)}; promotions per minute need 60 s at least. Next time record longer."
            : null;
        double least = Math.Max(run.Facts.MedianGapNs * 2.0, run.Facts.SpanNs / 500.0);
        missing ??= least * 2 > run.Facts.SpanNs / 2.0
            ? $"Idle times are known from {Numbers.Span((long)least)} on, and the trace spans {Numbers.Span(run.Facts.SpanNs)}. Next time harvest more often or record longer."
            : null;
        if (missing is not null)
        {
            return FigurePlan.Empty("% of memory colder than T", XTitle, Columns, missing);
        }
        ReuseGaps gaps = ReuseGaps.Read(file!, run.Facts.EndNs);
        double minutes = run.Facts.SpanNs / 60e9;
        List<(double Threshold, double Cold, double Promotions)> points = [];
        FigureSeries series = new(Columns);
        double? chosen = null;
        for (int i = 0; i <= Steps; i++)
        {
            double t = least * Math.Pow(run.Facts.SpanNs / 2.0 / least, (double)i / Steps);
            double cold = gaps.ColdNs(t);
            double workingSet = (gaps.PageNs - cold) / run.Facts.SpanNs;
            double promotions = workingSet <= 0 ? 0 : 100 * (gaps.Gaps.Length - ReuseGaps.CountUpTo(gaps.Gaps, t)) / minutes / workingSet;
            points.Add((t / 1e9, 100 * cold / Math.Max(1, gaps.PageNs), promotions));
            series.Add(t / 1e9, points[^1].Cold, promotions);
            chosen ??= promotions <= Goal ? t / 1e9 : null;
        }
        return new FigurePlan
        {
            Short = chosen is { } c ? $"T {Numbers.Digits3(c)} s keeps promotions at the goal." : "No T of this trace meets the goal.",
            Read = "Above: the share of touched memory that has been idle longer than T, over the whole run; below: how much of the working set is touched again each minute after such an idle time.",
            Decides = $"The threshold of proactive reclaim: the smallest T that keeps promotions under {Goal} % of the working set a minute.",
            Source = $"Accesses of the schedule {run.Head.Name}, for the guest and not for a policy; T begins at twice the harvest gap, below which idle times are not known.",
            Description = "Two stacked panels over the threshold: per cent of memory colder than T, and promotions in per cent of the working set a minute with the goal dotted.",
            Series = series,
            LargeHeight = 360,
            SmallHeight = 262,
            Draw = canvas => Draw(canvas, points, chosen),
        };
    }

    private static void Draw(Canvas canvas, List<(double Threshold, double Cold, double Promotions)> points, double? chosen)
    {
        const double Left = 40;
        double right = canvas.Width - 12;
        double bottom = canvas.Height - 36;
        double middle = 26 + ((bottom - 26 - 40) / 2);
        LogScale x = LogScale.Rounded(points[0].Threshold * 1.16, points[^1].Threshold / 1.16, Left, right, canvas.Small ? 4 : 8);
        LinearScale cold = LinearScale.Rounded(0, Math.Max(1, points.Max(p => p.Cold)), middle, 26, canvas.Small ? 3 : 4);
        double most = points.Max(p => p.Promotions);
        bool log = most > 10 * Goal;
        Scale promotions = log
            ? LogScale.Rounded(Goal / 2, most, bottom, middle + 40, canvas.Small ? 3 : 4)
            : LinearScale.Rounded(0, Math.Max(Goal * 1.5, most), bottom, middle + 40, canvas.Small ? 3 : 4);
        Axes.Vertical(canvas, cold, Left, right, "% of memory colder than T");
        canvas.Line("ax", Left, middle, right, middle);
        Axes.Vertical(canvas, promotions, Left, right, canvas.Small ? "promotions, % of set per min" + (log ? " (log)" : "") : "promotions, % of working set per min" + (log ? " (log)" : ""));
        Axes.Horizontal(canvas, x, bottom, XTitle);
        canvas.Lines("ln s0", [.. points.Select(p => (x.Pixel(p.Threshold), cold.Pixel(p.Cold)))]);
        canvas.Lines("ln s0", [.. points.Select(p => (x.Pixel(p.Threshold), promotions.Pixel(p.Promotions)))]);
        canvas.Line("ref", Left, promotions.Pixel(Goal), right, promotions.Pixel(Goal));
        canvas.Text("it h", right, promotions.Pixel(Goal) - 5, $"goal {Goal}", TextAnchor.End);
        if (chosen is { } t)
        {
            canvas.Line("lead", x.Pixel(t), 26, x.Pixel(t), bottom);
            bool late = x.Pixel(t) > (Left + right) / 2;
            canvas.Text("h", x.Pixel(t) + (late ? -5 : 5), middle - 6, $"T {Numbers.Digits3(t)} s", late ? TextAnchor.End : TextAnchor.Start);
        }
    }
}
