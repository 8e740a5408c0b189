using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>Refaults beyond those of OPT on the same schedule and demand.</summary>
[CatalogEntry("regret_refaults", "refaults beyond those of OPT")]
public sealed class RegretRefaults : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Accesses;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Lower;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        return slice.Run.Reference("opt") is { } opt && slice.Of(opt.Name) is { } floor
            ? MetricValue.Of(slice.Total(TotalsTable.Refaults) - floor.Total(TotalsTable.Refaults))
            : MetricValue.NotAvailable("opt was not replayed");
    }
}
