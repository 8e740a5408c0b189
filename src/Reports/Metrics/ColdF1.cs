using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>F1 of evicted against truly cold pages, pooled over the reclaim passes.</summary>
[CatalogEntry("cold_f1", "F1 of evicted against truly cold pages")]
public sealed class ColdF1 : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Ratio;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Higher;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        long wrong = slice.SumReclaim(ReclaimPassesTable.FalseCold);
        long taken = slice.SumReclaim(ReclaimPassesTable.Evicted) - wrong - slice.SumReclaim(ReclaimPassesTable.Censored);
        return MetricValue.Quotient(
            2.0 * taken,
            (2.0 * taken) + wrong + slice.SumReclaim(ReclaimPassesTable.FalseHot),
            "no page was evicted or cold at a reclaim pass");
    }
}
