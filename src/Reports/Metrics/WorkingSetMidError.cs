using SecondLook.Contracts.Catalogs;

namespace SecondLook.Reports.Metrics;

/// <summary>Error of the middle between the bounds that the generations give for the working set, pooled over the reclaim passes.</summary>
[CatalogEntry("working_set_mid_error_percent", "error of the middle between the bounds of the working set")]
public sealed class WorkingSetMidError : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Percent;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Neither;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice) => WorkingSetReading.Of(slice) is { } w
        ? MetricValue.Quotient(100 * (((w.Lower + w.Upper) / 2) - w.Truth), w.Truth, "every page kept was cold")
        : MetricValue.NotAvailable(WorkingSetReading.NoGenerations);
}
