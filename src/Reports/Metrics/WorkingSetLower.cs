using SecondLook.Contracts.Catalogs;

namespace SecondLook.Reports.Metrics;

/// <summary>Pages that the generations say were certainly used within the stated age, mean over the reclaim passes.</summary>
[CatalogEntry("working_set_lower_bytes", "working set at the stated age by the generations, lower bound")]
public sealed class WorkingSetLower : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Bytes;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Neither;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice) => WorkingSetReading.Of(slice) is { } w
        ? MetricValue.Of(w.Lower * Units.PageBytes / w.Passes)
        : MetricValue.NotAvailable(WorkingSetReading.NoGenerations);
}
