using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>Share of the touched pages that aging passes did not find.</summary>
[CatalogEntry("missed_young_percent", "share of touched pages that aging passes did not find")]
public sealed class MissedYoungPercent : IMetric
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
        if (slice.Policy.IsReference)
        {
            return MetricValue.NotAvailable(Slice.NoAging);
        }
        long missed = slice.SumAging(AgingPassesTable.MissedYoung);
        return MetricValue.Quotient(100.0 * missed, missed + slice.SumAging(AgingPassesTable.PagesYoung), "no page was young at a pass");
    }
}
