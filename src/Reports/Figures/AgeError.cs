using SecondLook.Contracts.Catalogs;

namespace SecondLook.Reports.Figures;

/// <summary>P7: believed against true age; an empty frame until the replay writes the age of each page.</summary>
[CatalogEntry("p7", "age error: believed against true idle time, a panel per kind of MMU")]
public sealed class AgeError : IFigure
{
    /// <inheritdoc/>
    public string Title => "Error of age, by kind of MMU";

    /// <inheritdoc/>
    public FigurePlan Plan(ReportModel report) => FigurePlan.Empty(
        "believed age, s (log)", "true idle time, s (log)", ["mmu", "true_idle_s", "believed_age_s", "pages"],
        "The replay tables hold pages by generation, not the age of each page: 0 pairs of true and believed age. P6 shows generations against the future.");
}
