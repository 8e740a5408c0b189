using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>Share of evicted pages that were touched again within the horizon, of those that can be judged.</summary>
[CatalogEntry("false_cold_percent", "share of judged evictions touched again within the horizon")]
public sealed class FalseCold : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Percent;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Lower;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        int wrong = 0;
        int judged = 0;
        foreach (int r in slice.EvictionRows)
        {
            string outcome = slice.Policy.Evictions.Values![EvictionsTable.Outcome][r];
            wrong += outcome == "false_cold" ? 1 : 0;
            judged += outcome == "censored" ? 0 : 1;
        }
        return MetricValue.Quotient(100.0 * wrong, judged, slice.EvictionRows.Length == 0 ? "nothing was evicted" : "the trace ends within the horizon of every eviction");
    }
}
