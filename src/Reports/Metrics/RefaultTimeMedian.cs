using SecondLook.Contracts.Catalogs;

namespace SecondLook.Reports.Metrics;

/// <summary>Median time from an eviction to the touch that brings the page back.</summary>
[CatalogEntry("refault_time_p50", "median time from eviction to refault")]
public sealed class RefaultTimeMedian : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Nanoseconds;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Higher;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        return RefaultTimes.Percentile(slice, 0.5);
    }
}
