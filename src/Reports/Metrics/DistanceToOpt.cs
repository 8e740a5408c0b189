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

    /// <inheritdoc/>
    public (double Low, double High)? Bounds(Slice slice)
    {
        if (slice.Capacity is not null
            || slice.Run.Reference("opt") is not { } opt || slice.Of(opt.Name) is not { } floor
            || slice.Run.Reference("lru") is not { } lru || slice.Of(lru.Name) is not { } ceiling)
        {
            return null;
        }
        return Loss(slice) is { } own && Loss(floor) is { } best && Loss(ceiling) is { } worst ? Quotient(own, best, worst, slice.Policy == lru, slice.Policy == opt) : null;
    }

    /// <summary>Least and greatest (own - floor) / (ceiling - floor) over all numbers within their bounds; null where the quotient has a pole among them.</summary>
    /// <param name="own">Bounds of the policy's loss.</param>
    /// <param name="floor">Bounds of OPT's.</param>
    /// <param name="ceiling">Bounds of LRU's.</param>
    /// <param name="isCeiling">Whether the policy is LRU itself, whose quotient is 1 whatever the numbers are.</param>
    /// <param name="isFloor">Whether it is OPT, whose quotient is 0.</param>
    public static (double Low, double High)? Quotient((double Low, double High) own, (double Low, double High) floor, (double Low, double High) ceiling, bool isCeiling, bool isFloor)
    {
        if (ceiling.Low <= floor.High)
        {
            return null;
        }
        if (isCeiling || isFloor)
        {
            return isCeiling ? (1, 1) : (0, 0);
        }
        // Monotone in each of the three while the denominator keeps its sign: the extremes lie at corners.
        double low = double.MaxValue;
        double high = double.MinValue;
        foreach (double s in (double[])[own.Low, own.High])
        {
            foreach (double f in (double[])[floor.Low, floor.High])
            {
                foreach (double l in (double[])[ceiling.Low, ceiling.High])
                {
                    double distance = (s - f) / (l - f);
                    low = Math.Min(low, distance);
                    high = Math.Max(high, distance);
                }
            }
        }
        return (low, high);
    }

    private static (double Low, double High)? Loss(Slice slice) => slice.ProvenAgain is { } again && slice.Total(TotalsTable.Evictions) is > 0 and var evictions
        ? ((double)again.Low / evictions, (double)again.High / evictions)
        : null;
}
