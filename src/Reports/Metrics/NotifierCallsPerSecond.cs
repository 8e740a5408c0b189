using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>mmu_notifier calls made by aging and at eviction for each second of the trace.</summary>
[CatalogEntry("notifier_calls_per_s", "mmu_notifier calls of aging and eviction a second")]
public sealed class NotifierCallsPerSecond : IMetric
{
    /// <inheritdoc/>
    public string Unit => "calls/s";

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Lower;

    /// <inheritdoc/>
    public bool NeedsOutcomes => false;

    /// <inheritdoc/>
    public bool ExactAtHarvests => true;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        return slice.AgingTotal(AgingPassesTable.NotifierCalls) is { Value: null } none
            ? none
            : MetricValue.Quotient(slice.SumAging(AgingPassesTable.NotifierCalls) * 1e9, slice.Run.Facts.SpanNs, "the replay has no span");
    }
}
