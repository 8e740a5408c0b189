using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>Mean distance of evicted pages from the youngest generation.</summary>
[CatalogEntry("evicted_generation_age", "mean distance of evicted pages from the youngest generation")]
public sealed class EvictedGenerationAge : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Generations;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Higher;

    /// <inheritdoc/>
    public bool ExactAtHarvests => true;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        long sum = 0;
        int aged = 0;
        foreach (int r in slice.EvictionRows)
        {
            if (!slice.Policy.Evictions.Values!.IsNull(EvictionsTable.GenerationAge, r))
            {
                sum += slice.Policy.Evictions.Values[EvictionsTable.GenerationAge][r];
                aged++;
            }
        }
        return MetricValue.Quotient(sum, aged, slice.EvictionRows.Length == 0 ? "nothing was evicted" : "the policy has no generations");
    }
}
