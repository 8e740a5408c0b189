using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>TLB flushes asked for by aging and at eviction.</summary>
[CatalogEntry("tlb_flushes", "TLB flushes asked for by aging and at eviction")]
public sealed class Flushes : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Count;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Lower;

    /// <inheritdoc/>
    public bool NeedsOutcomes => false;

    /// <inheritdoc/>
    public bool ExactAtHarvests => true;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        return slice.AgingTotal(AgingPassesTable.Flushes);
    }
}
