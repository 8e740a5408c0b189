using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>Touches of absent pages, first touches among them.</summary>
[CatalogEntry("misses", "touches of absent pages, first touches among them")]
public sealed class Misses : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Accesses;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Lower;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        return slice.TotalValue(TotalsTable.Misses);
    }
}
