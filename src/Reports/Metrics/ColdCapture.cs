using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>Share of the pages that were cold at the reclaim passes which the policy took (recall of the confusion matrix).</summary>
[CatalogEntry("cold_capture_percent", "share of the truly cold pages that the policy took")]
public sealed class ColdCapture : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Percent;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Higher;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        long taken = slice.SumReclaim(ReclaimPassesTable.Evicted) - slice.SumReclaim(ReclaimPassesTable.FalseCold) - slice.SumReclaim(ReclaimPassesTable.Censored);
        return MetricValue.Quotient(
            100.0 * taken,
            taken + slice.SumReclaim(ReclaimPassesTable.FalseHot),
            slice.ReclaimRows.Length == 0 ? "no reclaim pass ran" : "no page was cold at a reclaim pass");
    }
}
