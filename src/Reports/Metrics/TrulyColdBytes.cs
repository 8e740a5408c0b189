using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>Memory kept that is colder than the stated age, mean over the reclaim passes.</summary>
[CatalogEntry("truly_cold_bytes", "memory kept that is colder than the stated age")]
public sealed class TrulyColdBytes : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Bytes;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Neither;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        return MetricValue.Quotient(
            slice.SumReclaim(ReclaimPassesTable.TrulyCold) * Units.PageBytes,
            slice.ReclaimRows.Length,
            "no reclaim pass ran");
    }

    /// <inheritdoc/>
    public bool ExactAtHarvests => true;

    /// <inheritdoc/>
    public (double Low, double High)? Bounds(Slice slice) => slice.ProvenReclaim(ReclaimPassesTable.TrulyColdLow, ReclaimPassesTable.TrulyColdHigh) is { } cold
        ? (cold.Low * Units.PageBytes / slice.ReclaimRows.Length, cold.High * Units.PageBytes / slice.ReclaimRows.Length)
        : null;
}
