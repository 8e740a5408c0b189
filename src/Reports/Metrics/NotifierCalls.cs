using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>mmu_notifier calls made by aging and at eviction.</summary>
[CatalogEntry("notifier_calls", "mmu_notifier calls made by aging and at eviction")]
public sealed class NotifierCalls : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Calls;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Lower;

    /// <inheritdoc/>
    public bool NeedsOutcomes => false;

    /// <inheritdoc/>
    public bool ExactAtHarvests => true;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        return slice.AgingTotal(AgingPassesTable.NotifierCalls);
    }
}
