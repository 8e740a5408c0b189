using SecondLook.Contracts.Catalogs;

namespace SecondLook.Reports.Figures;

/// <summary>P11: what each mechanism earns; an empty frame until ablation runs exist.</summary>
[CatalogEntry("p11", "ablation tornado: change in refaults with each mechanism switched off")]
public sealed class AblationTornado : IFigure
{
    /// <inheritdoc/>
    public string Title => "What each mechanism earns";

    /// <inheritdoc/>
    public FigurePlan Plan(ReportModel report) => FigurePlan.Empty(
        "mechanism switched off", "change in refaults, %", ["policy", "mechanism", "change_percent", "low", "high"],
        "No mechanism was switched off singly: 0 pairs of runs. Policies of one job can differ by a switch; compare them on page one.");
}
