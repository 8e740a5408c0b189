using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>Page-table entries read for each GiB resident and aging pass, those read at eviction included.</summary>
[CatalogEntry("aging_work", "PTEs and SPTEs read per GiB resident and aging pass")]
public sealed class AgingWork : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.EntriesPerGiBPass;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Lower;

    /// <inheritdoc/>
    public bool NeedsOutcomes => false;

    /// <inheritdoc/>
    public bool ExactAtHarvests => true;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        if (slice.Policy.IsReference)
        {
            return MetricValue.NotAvailable(Slice.NoAging);
        }
        // A policy that only asks at eviction has no pass of its own; its eviction passes are what it pays for age.
        int passes = slice.AgingPassCount == 0 ? slice.AgingRows.Length : slice.AgingPassCount;
        double residentGiB = slice.MeanResidentPages * Units.PageBytes / Units.GiB;
        long entries = slice.SumAging(AgingPassesTable.PtesVisited) + slice.SumAging(AgingPassesTable.SptesVisited);
        return MetricValue.Quotient(entries, passes * residentGiB, passes == 0 ? "no aging pass ran" : "nothing was resident");
    }
}
