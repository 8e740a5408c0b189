using SecondLook.Contracts.Catalogs;
using SecondLook.Reports.Drawing;
using SecondLook.Reports.Verdicts;
using SecondLook.Reports.Writing;

namespace SecondLook.Reports;

/// <summary>A figure of the catalogue, planned for one report and drawn in both layouts.</summary>
/// <param name="Id">Catalogue name, such as <c>p1</c>.</param>
/// <param name="Title">What it is.</param>
/// <param name="Plan">Words and series.</param>
/// <param name="Large">The large layout.</param>
/// <param name="Small">The small layout.</param>
public sealed record DrawnFigure(string Id, string Title, FigurePlan Plan, SvgCanvas Large, SvgCanvas Small)
{
    /// <summary>Number as product.md prints it and as the files are named, such as <c>P1</c>.</summary>
    public string Number => Id.ToUpperInvariant();

    /// <summary>Plans and draws every figure, by number.</summary>
    public static IReadOnlyList<DrawnFigure> All(ReportModel report, CancellationToken cancel)
    {
        Catalog<IFigure> catalog = ReportCatalog.Figures;
        List<DrawnFigure> figures = [];
        foreach (string id in catalog.Names.OrderBy(n => int.Parse(n.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture)))
        {
            cancel.ThrowIfCancellationRequested();
            IFigure figure = catalog.Create(id);
            FigurePlan plan = figure.Plan(report);
            SvgCanvas large = new(FigureLayout.Large, plan.LargeHeight);
            SvgCanvas small = new(FigureLayout.Small, plan.SmallHeight);
            foreach (SvgCanvas canvas in (SvgCanvas[])[large, small])
            {
                if (plan.ShowsEffect && plan.Missing is null && report.Verdict.Status == VerdictStatus.BelowModelError && report.ModelError.Share is not null)
                {
                    string effect = report.Pair?.Effect is { } e ? Numbers.TrueMinus(Numbers.Fixed(e * 100, 1)) + " %" : "effect";
                    canvas.Watermark(["below model error", $"{effect} against {report.ModelError.Printed}"]);
                }
                plan.Draw(canvas);
            }
            figures.Add(new DrawnFigure(id, figure.Title, plan, large, small));
        }
        return figures;
    }
}
