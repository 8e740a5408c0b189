using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>Touches of evicted pages for each second of the trace.</summary>
[CatalogEntry("refaults_per_s", "touches of evicted pages a second")]
public sealed class RefaultsPerSecond : IMetric
{
    /// <inheritdoc/>
    public string Unit => "1/s";

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Lower;

    /// <inheritdoc/>
    public bool ExactAtHarvests => true;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        return MetricValue.Quotient(slice.Total(TotalsTable.Refaults) * 1e9, slice.Run.Facts.SpanNs, "the replay has no span");
    }

    /// <inheritdoc/>
    public (double Low, double High)? Bounds(Slice slice) =>
        slice.ProvenAgain is { } again && slice.Run.Facts.SpanNs > 0 ? (again.Low / (slice.Run.Facts.SpanNs / 1e9), again.High / (slice.Run.Facts.SpanNs / 1e9)) : null;
}
