using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>Pages taken.</summary>
[CatalogEntry("evictions", "pages taken")]
public sealed class Evictions : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Pages;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Neither;

    /// <inheritdoc/>
    public bool NeedsOutcomes => false;

    /// <inheritdoc/>
    public bool ExactAtHarvests => true;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        return slice.TotalValue(TotalsTable.Evictions);
    }
}
