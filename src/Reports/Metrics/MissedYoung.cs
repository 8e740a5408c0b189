using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>Pages touched since the pass before that a pass did not find, because their bit was not asked.</summary>
[CatalogEntry("missed_young", "touched pages that a pass did not find: their bit was not asked")]
public sealed class MissedYoung : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Pages;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Lower;

    /// <inheritdoc/>
    public bool ExactAtHarvests => true;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        return slice.AgingTotal(AgingPassesTable.MissedYoung);
    }
}
