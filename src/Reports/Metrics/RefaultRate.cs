using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>Share of evicted pages that are touched again before the trace ends.</summary>
[CatalogEntry("refault_rate", "share of evicted pages touched again before the trace ends")]
public sealed class RefaultRate : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Percent;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Lower;

    /// <inheritdoc/>
    public bool ExactAtHarvests => true;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        int again = 0;
        int[] rows = slice.EvictionRows;
        foreach (int r in rows)
        {
            again += slice.Policy.Evictions.Values!.IsNull(EvictionsTable.NextTouchNs, r) ? 0 : 1;
        }
        return MetricValue.Quotient(100.0 * again, rows.Length, "nothing was evicted");
    }

    /// <inheritdoc/>
    public (double Low, double High)? Bounds(Slice slice) =>
        slice.ProvenAgain is { } again ? (100.0 * again.Low / slice.EvictionRows.Length, 100.0 * again.High / slice.EvictionRows.Length) : null;
}
