using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>Touches of pages that the policy had evicted.</summary>
[CatalogEntry("refaults", "touches of pages that the policy had evicted")]
public sealed class Refaults : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Accesses;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Lower;

    /// <inheritdoc/>
    public bool ExactAtHarvests => true;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        return slice.TotalValue(TotalsTable.Refaults);
    }

    /// <inheritdoc/>
    public (double Low, double High)? Bounds(Slice slice) => slice.ProvenAgain is { } again ? (again.Low, again.High) : null;
}
