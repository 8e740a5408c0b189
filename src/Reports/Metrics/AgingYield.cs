using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>Share of the pages asked that were young.</summary>
[CatalogEntry("aging_yield_percent", "share of the pages asked that were young")]
public sealed class AgingYield : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Percent;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Higher;

    /// <inheritdoc/>
    public bool ExactAtHarvests => true;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        return slice.Policy.IsReference
            ? MetricValue.NotAvailable(Slice.NoAging)
            : MetricValue.Quotient(100.0 * slice.SumAging(AgingPassesTable.PagesYoung), slice.SumAging(AgingPassesTable.PagesAsked), "no page was asked");
    }
}
