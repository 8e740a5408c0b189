using SecondLook.Contracts.Catalogs;

namespace SecondLook.Reports;

/// <summary>The metrics and figures that a report can hold, for <c>secondlook list</c>.</summary>
public static class ReportCatalog
{
    /// <summary>All metrics.</summary>
    public static Catalog<IMetric> Metrics { get; } = new(typeof(ReportCatalog).Assembly);

    /// <summary>All figures.</summary>
    public static Catalog<IFigure> Figures { get; } = new(typeof(ReportCatalog).Assembly);
}
