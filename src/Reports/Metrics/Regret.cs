using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>Misses beyond those of OPT on the same schedule and demand, as a share of OPT's.</summary>
[CatalogEntry("regret_percent", "misses beyond those of OPT, as a share of them")]
public sealed class Regret : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Percent;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Lower;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        if (slice.Run.Reference("opt") is not { } opt || slice.Of(opt.Name) is not { } floor)
        {
            return MetricValue.NotAvailable("opt was not replayed");
        }
        long misses = floor.Total(TotalsTable.Misses);
        return MetricValue.Quotient(100.0 * (slice.Total(TotalsTable.Misses) - misses), misses, "OPT misses nothing");
    }
}
