using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>Pages that had to come back for each GiB evicted.</summary>
[CatalogEntry("refaults_per_gib", "pages that had to come back for each GiB evicted")]
public sealed class RefaultsPerGiB : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.PagesPerGiB;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Lower;

    /// <inheritdoc/>
    public bool ExactAtHarvests => true;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        double evictedGiB = slice.Total(TotalsTable.Evictions) * Units.PageBytes / Units.GiB;
        return MetricValue.Quotient(slice.Total(TotalsTable.Refaults), evictedGiB, "nothing was evicted");
    }

    /// <inheritdoc/>
    public (double Low, double High)? Bounds(Slice slice)
    {
        double evictedGiB = slice.Total(TotalsTable.Evictions) * Units.PageBytes / Units.GiB;
        return slice.ProvenAgain is { } again && evictedGiB > 0 ? (again.Low / evictedGiB, again.High / evictedGiB) : null;
    }
}
