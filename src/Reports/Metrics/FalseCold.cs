using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>Share of evicted pages that were touched again within the horizon, of those that can be judged.</summary>
[CatalogEntry("false_cold_percent", "share of judged evictions touched again within the horizon")]
public sealed class FalseCold : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Percent;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Lower;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        int wrong = 0;
        int judged = 0;
        foreach (int r in slice.EvictionRows)
        {
            string outcome = slice.Policy.Evictions.Values![EvictionsTable.Outcome][r];
            wrong += outcome == "false_cold" ? 1 : 0;
            judged += outcome == "censored" ? 0 : 1;
        }
        return MetricValue.Quotient(100.0 * wrong, judged, slice.EvictionRows.Length == 0 ? "nothing was evicted" : "the trace ends within the horizon of every eviction");
    }

    /// <inheritdoc/>
    public bool ExactAtHarvests => true;

    /// <inheritdoc/>
    public (double Low, double High)? Bounds(Slice slice)
    {
        if (slice.ProvenFalseCold(whole: true) is not { } whole || slice.ProvenFalseCold(whole: false) is not { } cut)
        {
            return null;
        }
        // An eviction near the end is judged only if the page comes back.
        long judged = slice.EvictionRows.Count(slice.HasWholeHorizon);
        return judged + cut.Low == 0 ? null : (100.0 * (whole.Low + cut.Low) / (judged + cut.Low), 100.0 * (whole.High + cut.High) / (judged + cut.High));
    }
}
