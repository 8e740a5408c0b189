using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>Primary page-table entries read by aging and at eviction.</summary>
[CatalogEntry("ptes_visited", "primary entries read by aging and at eviction")]
public sealed class PtesVisited : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Entries;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Lower;

    /// <inheritdoc/>
    public bool NeedsOutcomes => false;

    /// <inheritdoc/>
    public bool ExactAtHarvests => true;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        return slice.AgingTotal(AgingPassesTable.PtesVisited);
    }
}
