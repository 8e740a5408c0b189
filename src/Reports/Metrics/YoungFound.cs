using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>Pages found young by aging and at eviction.</summary>
[CatalogEntry("young_found", "pages found young by aging and at eviction")]
public sealed class YoungFound : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Pages;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Neither;

    /// <inheritdoc/>
    public bool ExactAtHarvests => true;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        return slice.AgingTotal(AgingPassesTable.PagesYoung);
    }
}
