using SecondLook.Contracts.Catalogs;
using SecondLook.Reports.Drawing;
using SecondLook.Reports.Facts;
using SecondLook.Reports.Writing;

namespace SecondLook.Reports.Figures;

/// <summary>P15: what the model says against what the kernel did.</summary>
[CatalogEntry("p15", "calibration: evicted sets and counters of the model against the kernel")]
public sealed class CalibrationScatter : IFigure
{
    private const string YTitle = "model (log)";
    private const string XTitle = "kernel, pages or events (log)";
    private static readonly string[] Columns = ["kind", "name", "kernel", "model", "difference_percent", "common", "jaccard"];

    /// <inheritdoc/>
    public string Title => "Calibration against the kernel";

    /// <inheritdoc/>
    public FigurePlan Plan(ReportModel report)
    {
        if (report.ModelError.Capture is not { } capture)
        {
            return FigurePlan.Empty(YTitle, XTitle, Columns, "The capture holds 0 residency files, 0 snapshots and no counters. Next time record them (docs/capture.md).");
        }
        FigureSeries series = new(Columns);
        List<Dot> dots = [];
        int skipped = 0;
        foreach (CalibratedResidency r in capture.Residencies)
        {
            series.Add("residency", r.Name, r.Real, r.Modelled, r.Real > 0 ? 100 * (((double)r.Modelled / r.Real) - 1) : null, r.Common, r.Jaccard);
            Take(r.Name, r.Real, r.Modelled, counter: false);
        }
        foreach ((string name, double[] pair) in capture.Counters.OrderBy(c => c.Key, StringComparer.Ordinal).Where(c => c.Value.Length == 2))
        {
            series.Add("counter", name, pair[0], pair[1], pair[0] > 0 ? 100 * ((pair[1] / pair[0]) - 1) : null, null, null);
            Take(name, pair[0], pair[1], counter: true);
        }
        if (dots.Count == 0)
        {
            return FigurePlan.Empty(YTitle, XTitle, Columns, $"{skipped} pairs, all with a zero on one side: nothing to draw on a logarithmic axis. calibration.json holds them.");
        }
        int outside = dots.Count(d => Math.Abs(d.Difference) > 10);
        string j = capture.PooledJaccard is { } pooled ? $"Jaccard of the evicted sets {Numbers.Fixed(pooled, 3)} pooled" : "no residency";
        string g = capture.MeanGenerationError is { } error ? $"generation error {Numbers.Fixed(error, 3)}" : "no snapshot";
        return new FigurePlan
        {
            Short = $"{dots.Count - outside} of {dots.Count} within 10 %. Band: 10 %.",
            Read = "A dot is one count, the kernel across and the model upwards; the second panel shows the same dots as a difference in per cent. Rings are counters over the run, discs evicted sets.",
            Decides = "Whether the what-if may be believed at all, and how small an effect still counts.",
            Source = $"{capture.Policy}, mode {capture.Mode}: {j}, {g}. {outside} of {dots.Count} lie outside the band; {skipped} with a zero on one side are not drawn. All stand in calibration.json.",
            Description = "Model against kernel on logarithmic axes with the diagonal and a band of ten per cent, and the relative difference below or beside it.",
            Series = series,
            LargeHeight = 320,
            SmallHeight = 420,
            Draw = canvas => Draw(canvas, dots),
        };

        void Take(string name, double real, double modelled, bool counter)
        {
            if (real > 0 && modelled > 0)
            {
                dots.Add(new Dot(name, real, modelled, counter));
            }
            else if (real + modelled > 0)
            {
                skipped++;
            }
        }
    }

    private static void Draw(Canvas canvas, List<Dot> dots)
    {
        const double Left = 44;
        double least = dots.Min(d => Math.Min(d.Real, d.Modelled));
        double most = dots.Max(d => Math.Max(d.Real, d.Modelled));
        double bottom = canvas.Small ? 216 : canvas.Height - 36;
        double right = canvas.Small ? canvas.Width - 10 : 350;
        LogScale y = LogScale.Rounded(least, most, bottom, 26, 4);
        LogScale x = LogScale.Rounded(least, most, Left, right, 4);
        List<(double, double)> band = [(x.Pixel(x.From), y.Pixel(x.From * 1.1)), (x.Pixel(x.To / 1.1), y.Pixel(x.To)), (x.Pixel(x.To), y.Pixel(x.To)), (x.Pixel(x.To), y.Pixel(x.To * 0.9)), (x.Pixel(x.From / 0.9), y.Pixel(x.From)), (x.Pixel(x.From), y.Pixel(x.From))];
        canvas.Lines("tol", [.. band], closed: true);
        canvas.Line("dia", x.Pixel(x.From), y.Pixel(x.From), x.Pixel(x.To), y.Pixel(x.To));
        Axes.Vertical(canvas, y, Left, right, YTitle, hairlines: false);
        Axes.Horizontal(canvas, x, bottom, canvas.Small ? "" : XTitle);
        foreach (Dot d in dots)
        {
            canvas.Circle(d.Counter ? "po" : "pt", x.Pixel(d.Real), y.Pixel(d.Modelled), 3.2);
        }
        double left2 = canvas.Small ? Left : 420;
        double right2 = canvas.Small ? right : canvas.Width - 10;
        double top2 = canvas.Small ? bottom + 52 : 26;
        double bottom2 = canvas.Height - 36;
        double far = Math.Max(15, dots.Max(d => Math.Abs(d.Difference)));
        LinearScale difference = LinearScale.Rounded(-far, far, bottom2, top2, 4);
        LogScale x2 = LogScale.Rounded(least, most, left2, right2, 4);
        canvas.Rectangle("tol", left2, difference.Pixel(10), right2 - left2, difference.Pixel(-10) - difference.Pixel(10));
        foreach (double tick in difference.Ticks)
        {
            canvas.Line("gr", left2, difference.Pixel(tick), right2, difference.Pixel(tick));
            canvas.Text("tk", left2 - 6, difference.Pixel(tick) + 3.6, Numbers.Tick(tick), TextAnchor.End);
        }
        canvas.Text("ax-t", canvas.Small ? 0 : left2 - 30, top2 - 11, "difference, %");
        canvas.Line("dia", left2, difference.Pixel(0), right2, difference.Pixel(0));
        Axes.Horizontal(canvas, x2, bottom2, canvas.Small ? XTitle : "kernel (log)");
        LabelPlacer placer = new(canvas);
        foreach (Dot d in dots)
        {
            canvas.Circle(d.Counter ? "po" : "pt", x2.Pixel(d.Real), difference.Pixel(d.Difference), 3.2);
            placer.Avoid(x2.Pixel(d.Real) - 3, difference.Pixel(d.Difference) - 3, x2.Pixel(d.Real) + 3, difference.Pixel(d.Difference) + 3);
        }
        // Only what lies outside the band is named, and at most six of it.
        foreach (Dot d in dots.Where(d => Math.Abs(d.Difference) > 10).OrderByDescending(d => Math.Abs(d.Difference)).ThenBy(d => d.Name, StringComparer.Ordinal).Take(canvas.Small ? 3 : 6))
        {
            placer.Place("h", x2.Pixel(d.Real), difference.Pixel(d.Difference), 6, d.Name.Length > 24 ? d.Name[..24] : d.Name, top2 - 2, bottom2 - 2);
        }
    }

    private sealed record Dot(string Name, double Real, double Modelled, bool Counter)
    {
        public double Difference => 100 * ((Modelled / Real) - 1);
    }
}
