using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>Percentiles of the time from an eviction to the touch that brings the page back.</summary>
internal static class RefaultTimes
{
    /// <summary>The nearest-rank percentile.</summary>
    /// <param name="slice">Policy, schedule and capacity.</param>
    /// <param name="share">0 to 1.</param>
    public static MetricValue Percentile(Slice slice, double share)
    {
        int[] rows = slice.RefaultRows;
        if (rows.Length == 0)
        {
            return MetricValue.NotAvailable("nothing refaulted");
        }
        long[] ts = slice.Policy.Refaults.Values![RefaultsTable.TsNs];
        long[] evicted = slice.Policy.Refaults.Values[RefaultsTable.EvictedNs];
        long[] times = new long[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            times[i] = ts[rows[i]] - evicted[rows[i]];
        }
        Array.Sort(times);
        return MetricValue.Of(times[Math.Clamp((int)Math.Ceiling(share * times.Length) - 1, 0, times.Length - 1)]);
    }
}
