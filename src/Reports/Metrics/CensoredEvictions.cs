using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>Evictions that cannot be judged: less than the horizon of trace was left.</summary>
[CatalogEntry("censored_evictions", "evictions with less than the horizon of trace left")]
public sealed class CensoredEvictions : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Pages;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Neither;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        int censored = 0;
        foreach (int r in slice.EvictionRows)
        {
            censored += slice.Policy.Evictions.Values![EvictionsTable.Outcome][r] == "censored" ? 1 : 0;
        }
        return slice.EvictionRows.Length == 0 ? MetricValue.NotAvailable("nothing was evicted") : MetricValue.Of(censored);
    }
}
