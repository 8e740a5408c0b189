using SecondLook.Contracts.Catalogs;

namespace SecondLook.Reports.Metrics;

/// <summary>Pages that the generations say were possibly used within the stated age, mean over the reclaim passes.</summary>
[CatalogEntry("working_set_upper_bytes", "working set at the stated age by the generations, upper bound")]
public sealed class WorkingSetUpper : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Bytes;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Neither;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice) => WorkingSetReading.Of(slice) is { } w
        ? MetricValue.Of(w.Upper * Units.PageBytes / w.Passes)
        : MetricValue.NotAvailable(WorkingSetReading.NoGenerations);
}
