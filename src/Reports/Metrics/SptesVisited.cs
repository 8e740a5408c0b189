using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>Secondary page-table entries read by aging and at eviction.</summary>
[CatalogEntry("sptes_visited", "secondary entries read by aging and at eviction")]
public sealed class SptesVisited : IMetric
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
        return slice.AgingTotal(AgingPassesTable.SptesVisited);
    }
}
