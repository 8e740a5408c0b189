using SecondLook.Contracts.Catalogs;

namespace SecondLook.Reports.Metrics;

/// <summary>Time from eviction to refault that a tenth of the refaults undercut.</summary>
[CatalogEntry("refault_time_p10", "tenth percentile of the time from eviction to refault")]
public sealed class RefaultTimeTenth : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Nanoseconds;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Higher;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        return RefaultTimes.Percentile(slice, 0.1);
    }
}
