using SecondLook.Contracts.Catalogs;

namespace SecondLook.Reports.Metrics;

/// <summary>Pages kept that were used within the stated age, mean over the reclaim passes that have generations.</summary>
[CatalogEntry("working_set_true_bytes", "working set at the stated age, of the pages kept")]
public sealed class WorkingSetTrue : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Bytes;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Neither;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice) => WorkingSetReading.Of(slice) is { } w
        ? MetricValue.Of(w.Truth * Units.PageBytes / w.Passes)
        : MetricValue.NotAvailable(WorkingSetReading.NoGenerations);
}
