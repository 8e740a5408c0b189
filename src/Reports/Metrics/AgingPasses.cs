using SecondLook.Contracts.Catalogs;

namespace SecondLook.Reports.Metrics;

/// <summary>Aging passes, those that an eviction triggered left out.</summary>
[CatalogEntry("aging_passes", "aging passes that no eviction triggered")]
public sealed class AgingPasses : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Count;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Neither;

    /// <inheritdoc/>
    public bool NeedsOutcomes => false;

    /// <inheritdoc/>
    public bool ExactAtHarvests => true;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        return slice.Policy.IsReference
            ? MetricValue.NotAvailable(Slice.NoAging)
            : slice.AgingRows.Length == 0 ? MetricValue.NotAvailable("no aging pass ran")
            : MetricValue.Of(slice.AgingPassCount);
    }
}
