using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>Error of the working set that the policy believes in, at the stated age, pooled over the reclaim passes.</summary>
[CatalogEntry("working_set_error_percent", "error of the believed working set at the stated age")]
public sealed class WorkingSetError : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Percent;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Neither;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        if (slice.Policy.Facts.Preset == "opt")
        {
            return MetricValue.NotAvailable("OPT holds no belief about age");
        }
        long resident = slice.SumReclaim(ReclaimPassesTable.Resident);
        double believed = resident - slice.SumReclaim(ReclaimPassesTable.BelievedCold);
        double truth = resident - slice.SumReclaim(ReclaimPassesTable.TrulyCold);
        return MetricValue.Quotient(
            100 * (believed - truth),
            truth,
            slice.ReclaimRows.Length == 0 ? "no reclaim pass ran" : "every page kept was cold");
    }
}
