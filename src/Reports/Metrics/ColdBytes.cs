using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>Memory kept that the policy believes colder than the stated age, mean over the reclaim passes.</summary>
[CatalogEntry("cold_bytes", "memory kept that the policy believes colder than the stated age")]
public sealed class ColdBytes : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Bytes;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Neither;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        if (slice.Policy.Facts.Preset == "opt")
        {
            return MetricValue.NotAvailable("OPT holds no belief about age");
        }
        return MetricValue.Quotient(
            slice.SumReclaim(ReclaimPassesTable.BelievedCold) * Units.PageBytes,
            slice.ReclaimRows.Length,
            "no reclaim pass ran");
    }

    /// <inheritdoc/>
    public bool ExactAtHarvests => true;
}
