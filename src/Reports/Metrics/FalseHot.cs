using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>Share of pages kept at the reclaim passes that were not touched again within the horizon, pooled over passes.</summary>
[CatalogEntry("false_hot_percent", "share of kept pages not touched again within the horizon")]
public sealed class FalseHot : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Percent;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Lower;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        return MetricValue.Quotient(
            100.0 * slice.SumReclaim(ReclaimPassesTable.FalseHot),
            slice.SumReclaim(ReclaimPassesTable.Resident),
            slice.ReclaimRows.Length == 0 ? "no reclaim pass ran" : "no page was kept at a reclaim pass");
    }

    /// <inheritdoc/>
    public bool ExactAtHarvests => true;

    /// <inheritdoc/>
    public (double Low, double High)? Bounds(Slice slice) =>
        slice.ProvenReclaim(ReclaimPassesTable.FalseHotLow, ReclaimPassesTable.FalseHotHigh) is { } hot && slice.SumReclaim(ReclaimPassesTable.Resident) is > 0 and var kept
            ? (100.0 * hot.Low / kept, 100.0 * hot.High / kept)
            : null;
}
