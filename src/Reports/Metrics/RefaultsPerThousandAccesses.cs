using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>Touches of evicted pages for each thousand accesses.</summary>
[CatalogEntry("refaults_per_1000", "touches of evicted pages for each 1000 accesses")]
public sealed class RefaultsPerThousandAccesses : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Ratio;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Lower;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        return MetricValue.Quotient(1000.0 * slice.Total(TotalsTable.Refaults), slice.Total(TotalsTable.Requests), "the schedule has no accesses");
    }
}
