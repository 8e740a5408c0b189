using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>Refaults per minute as a share of the working set at the stated age.</summary>
[CatalogEntry("promotion_rate_percent", "refaults per minute as a share of the working set")]
public sealed class PromotionRate : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Percent;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Lower;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        const double MinuteNs = 60e9;
        if (slice.Run.Facts.SpanNs < MinuteNs)
        {
            return MetricValue.NotAvailable("the trace is shorter than a minute");
        }
        int passes = slice.ReclaimRows.Length;
        double workingSet = slice.SumReclaim(ReclaimPassesTable.Resident) - slice.SumReclaim(ReclaimPassesTable.TrulyCold);
        return MetricValue.Quotient(
            100.0 * slice.Total(TotalsTable.Refaults) * passes,
            slice.Run.Facts.SpanNs / MinuteNs * workingSet,
            passes == 0 ? "no reclaim pass ran" : "every page kept was cold");
    }
}
