using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>Size of the error of the believed working set at the stated age, mean over the reclaim passes.</summary>
[CatalogEntry("working_set_error_abs_percent", "mean absolute error of the believed working set")]
public sealed class WorkingSetErrorAbsolute : IMetric
{
    /// <inheritdoc/>
    public string Unit => Units.Percent;

    /// <inheritdoc/>
    public MetricDirection Better => MetricDirection.Lower;

    /// <inheritdoc/>
    public MetricValue Compute(Slice slice)
    {
        if (slice.Policy.Facts.Preset == "opt")
        {
            return MetricValue.NotAvailable("OPT holds no belief about age");
        }
        double sum = 0;
        int judged = 0;
        foreach (int r in slice.ReclaimRows)
        {
            Table passes = slice.Policy.ReclaimPasses.Values!;
            double truth = passes[ReclaimPassesTable.Resident][r] - passes[ReclaimPassesTable.TrulyCold][r];
            if (truth > 0)
            {
                sum += 100 * Math.Abs(passes[ReclaimPassesTable.Resident][r] - passes[ReclaimPassesTable.BelievedCold][r] - truth) / truth;
                judged++;
            }
        }
        return MetricValue.Quotient(sum, judged, slice.ReclaimRows.Length == 0 ? "no reclaim pass ran" : "every page kept was cold");
    }
}
