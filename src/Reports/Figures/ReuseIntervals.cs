using SecondLook.Contracts.Catalogs;
using SecondLook.Reports.Drawing;
using SecondLook.Reports.Facts;
using SecondLook.Reports.Writing;

namespace SecondLook.Reports.Figures;

/// <summary>P8: how long pages stay untouched, by accesses and by pages.</summary>
[CatalogEntry("p8", "reuse intervals: how long pages stay untouched, against the aging interval")]
public sealed class ReuseIntervals : IFigure
{
    private const int Steps = 80;
    private const string YTitle = "% at most so long";
    private const string XTitle = "reuse interval, s (log)";
    private static readonly string[] Columns = ["interval_s", "percent_of_accesses", "percent_of_pages"];

    /// <inheritdoc/>
    public string Title => "Reuse intervals";

    /// <inheritdoc/>
    public FigurePlan Plan(ReportModel report)
    {
        RunTables run = report.Run;
        string? file = run.Head.TouchesFile(run.Folder);
        ReuseGaps? gaps = file is null ? null : ReuseGaps.Read(file, run.Facts.EndNs);
        string? missing = run.Head.TooLittleKnown is { } why ? $"Reuse is not known: {why}. {Verdicts.VerdictMaker.NextTime(run)}"
            : gaps is null ? $"The run kept no accesses of the schedule {run.Head.Name}: 0 rows."
            : gaps.Gaps.Length < 2 ? $"{gaps.Gaps.Length} pages were touched again. Next time record longer."
            : null;
        if (missing is not null)
        {
            return FigurePlan.Empty(YTitle, XTitle, Columns, missing);
        }
        double low = Math.Max(1e-6, gaps!.Gaps[gaps.Gaps.Length / 100] / 1e9);
        double high = Math.Max(low * 10, gaps.Gaps[^1] / 1e9);
        List<(double Seconds, double Accesses, double Pages)> points = [];
        FigureSeries series = new(Columns);
        for (int i = 0; i <= Steps; i++)
        {
            double s = low * Math.Pow(high / low, (double)i / Steps);
            points.Add((s, 100.0 * ReuseGaps.CountUpTo(gaps.Gaps, s * 1e9) / gaps.Gaps.Length, 100.0 * ReuseGaps.CountUpTo(gaps.PageMedians, s * 1e9) / Math.Max(1, gaps.PageMedians.Length)));
            series.Add(s, points[^1].Accesses, points[^1].Pages);
        }
        double gap = run.Facts.MedianGapNs / 1e9;
        bool blind = !run.Head.FromTruth && gap > 0;
        return new FigurePlan
        {
            Short = blind ? "Shaded: below the harvest gap, not known." : "Accesses are the guest's own record.",
            Read = "The full line is the share of reuses at most so long, the thin one the share of pages whose median reuse is"
                + (blind ? "; in the shaded part the schedule, not the trace, says how long." : "."),
            Decides = "How often to age: reuses to the right of the aging interval look cold once, however well the bits are read.",
            Source = $"{Numbers.Count(gaps.Gaps.Length)} reuses of {Numbers.Count(gaps.PageMedians.Length)} pages, schedule {run.Head.Name}. min_ttl is not in the trace and not drawn.",
            Description = "Cumulative share of accesses and of pages against the reuse interval, with the aging interval dotted.",
            Series = series,
            LargeHeight = 300,
            Draw = canvas => Draw(canvas, points, gap, blind),
        };
    }

    private static void Draw(Canvas canvas, List<(double Seconds, double Accesses, double Pages)> points, double gap, bool blind)
    {
        const double Left = 34;
        double right = canvas.Width - (canvas.Small ? 62 : 76);
        double bottom = canvas.Height - 36;
        LinearScale y = LinearScale.Rounded(0, 100, bottom, 26, canvas.Small ? 4 : 5);
        LogScale x = LogScale.Rounded(points[0].Seconds * 1.16, points[^1].Seconds / 1.16, Left, right, canvas.Small ? 4 : 8);
        if (blind && gap > x.From)
        {
            canvas.Rectangle("ph", Left, 26, x.Pixel(gap) - Left, bottom - 26);
        }
        Axes.Vertical(canvas, y, Left, right, YTitle);
        Axes.Horizontal(canvas, x, bottom, XTitle);
        canvas.Lines("ln s0", [.. points.Select(p => (x.Pixel(p.Seconds), y.Pixel(p.Accesses)))]);
        canvas.Lines("ln thin sr", [.. points.Select(p => (x.Pixel(p.Seconds), y.Pixel(p.Pages)))]);
        double[] at = LabelPlacer.Spread([y.Pixel(points[^1].Accesses) + 4, y.Pixel(points[^1].Pages) + 4], 15, 34, bottom);
        canvas.Text("b", right + 5, at[0], "accesses");
        canvas.Text("mut", right + 5, at[1], "pages");
        if (gap >= x.From && gap <= x.To)
        {
            canvas.Line("ref", x.Pixel(gap), 26, x.Pixel(gap), bottom);
            bool late = x.Pixel(gap) > Left + ((right - Left) * 0.5);
            canvas.Text("it h", x.Pixel(gap) + (late ? -5 : 5), late ? 40 : bottom - 8, canvas.Small ? "aging" : "aging interval", late ? TextAnchor.End : TextAnchor.Start);
        }
    }
}
