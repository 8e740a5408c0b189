using SecondLook.Contracts.Catalogs;

namespace SecondLook.Reports.Figures;

/// <summary>P3: wrong decisions by cause; an empty frame until the error ledger runs.</summary>
[CatalogEntry("p3", "error causes: false-cold up, false-hot down, stacked by cause")]
public sealed class ErrorCauses : IFigure
{
    /// <inheritdoc/>
    public string Title => "Error causes";

    /// <inheritdoc/>
    public FigurePlan Plan(ReportModel report) => FigurePlan.Empty(
        "pages judged wrongly", "policy", ["policy", "side", "cause", "pages"],
        "The error ledger has not run: 0 errors carry a cause. False-cold and false-hot as such stand on page one.");
}
