using SecondLook.Contracts.Catalogs;

namespace SecondLook.Reports.Metrics;

/// <summary>Time from eviction to refault that nine of ten refaults undercut.</summary>
[CatalogEntry("refault_time_p90", "ninetieth percentile of the time from eviction to refault")]
public sealed class RefaultTimeNinetieth : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Nanoseconds;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Higher;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        return RefaultTimes.Percentile(slice, 0.9);
    }
}
