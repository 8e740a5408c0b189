using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>Largest resident set.</summary>
[CatalogEntry("peak_resident", "largest resident set")]
public sealed class PeakResident : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Pages;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Neither;

    /// <inheritdoc/>
    public bool NeedsOutcomes => false;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        return slice.TotalValue(TotalsTable.PeakResident);
    }
}
