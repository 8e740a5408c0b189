using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>Where the policy stands between OPT (0) and LRU (1) by refaults.</summary>
[CatalogEntry("distance_to_opt", "where the policy stands between OPT (0) and LRU (1) by refaults")]
public sealed class DistanceToOpt : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Ratio;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Lower;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        if (slice.Run.Reference("opt") is not { } opt || slice.Of(opt.Name) is not { } floor)
        {
            return MetricValue.NotAvailable("opt was not replayed");
        }
        if (slice.Run.Reference("lru") is not { } lru || slice.Of(lru.Name) is not { } ceiling)
        {
            return MetricValue.NotAvailable("lru was not replayed");
        }
        // Per page evicted, so that a policy which frees less is not called closer to OPT; a capacity makes evictions follow from misses.
        bool perPage = slice.Capacity is null;
        double Loss(Slice s) => perPage ? s.Total(TotalsTable.Refaults) / (double)s.Total(TotalsTable.Evictions) : s.Total(TotalsTable.Refaults);
        if (perPage && (slice.Total(TotalsTable.Evictions) == 0 || floor.Total(TotalsTable.Evictions) == 0 || ceiling.Total(TotalsTable.Evictions) == 0))
        {
            return MetricValue.NotAvailable("nothing was evicted");
        }
        return MetricValue.Quotient(Loss(slice) - Loss(floor), Loss(ceiling) - Loss(floor), "LRU and OPT refault the same");
    }

    /// <inheritdoc/>
    public bool ExactAtHarvests => true;
}
