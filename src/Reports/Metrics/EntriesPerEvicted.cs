using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>Page-table entries read for each page evicted: what finding a victim costs.</summary>
[CatalogEntry("entries_per_evicted", "PTEs and SPTEs read for each page evicted")]
public sealed class EntriesPerEvicted : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Ratio;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Lower;

    /// <inheritdoc/>
    public bool NeedsOutcomes => false;

    /// <inheritdoc/>
    public bool ExactAtHarvests => true;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        if (slice.AgingTotal(AgingPassesTable.PtesVisited) is { Value: null } none)
        {
            return none;
        }
        long entries = slice.SumAging(AgingPassesTable.PtesVisited) + slice.SumAging(AgingPassesTable.SptesVisited);
        return MetricValue.Quotient(entries, slice.Total(TotalsTable.Evictions), "nothing was evicted");
    }
}
