using SecondLook.Contracts.Tables;
using SecondLook.Reports.Facts;

namespace SecondLook.Reports;

/// <summary>The tables of one policy cut to one schedule and capacity: what a metric sees.</summary>
/// <param name="run">The run it belongs to.</param>
/// <param name="policy">The policy.</param>
/// <param name="schedule">Schedule id.</param>
/// <param name="capacity">Pages; null under as-recorded.</param>
public sealed class Slice(RunTables run, PolicyReplay policy, int schedule, long? capacity)
{
    /// <summary>Why LRU, OPT and their kind have no aging numbers.</summary>
    public const string NoAging = "reference policies do no aging";

    /// <summary>The run.</summary>
    public RunTables Run { get; } = run;

    /// <summary>The policy.</summary>
    public PolicyReplay Policy { get; } = policy;

    /// <summary>Schedule id.</summary>
    public int Schedule { get; } = schedule;

    /// <summary>Capacity of the demand, pages; null under as-recorded.</summary>
    public long? Capacity { get; } = capacity;

    /// <summary>Whether the replay has totals of this slice.</summary>
    public bool Exists => Policy.Totals.Rows(Schedule, Capacity).Length > 0;

    /// <summary>The same schedule and capacity of another policy; null when it was not replayed.</summary>
    /// <param name="policy">Name of the policy in the job.</param>
    public Slice? Of(string policy) =>
        Run.Policy(policy) is { } other && new Slice(Run, other, Schedule, Capacity) is { Exists: true } slice ? slice : null;

    /// <summary>A number of the totals; 0 when there are none.</summary>
    public long Total(Column<long> column)
    {
        int[] rows = Policy.Totals.Rows(Schedule, Capacity);
        return rows.Length == 0 ? 0 : Policy.Totals.Values![column][rows[0]];
    }

    /// <summary>Mean resident set over the time replayed, pages; 0 when unknown.</summary>
    public double MeanResidentPages
    {
        get
        {
            int[] rows = Policy.Totals.Rows(Schedule, Capacity);
            return rows.Length == 0 || Run.Facts.SpanNs <= 0
                ? 0
                : Policy.Totals.Values![TotalsTable.ResidentPageNs][rows[0]] / Run.Facts.SpanNs;
        }
    }

    /// <summary>Rows of the aging passes, eviction passes among them.</summary>
    public int[] AgingRows => Policy.AgingPasses.Rows(Schedule, Capacity);

    /// <summary>Rows of the reclaim passes.</summary>
    public int[] ReclaimRows => Policy.ReclaimPasses.Rows(Schedule, Capacity);

    /// <summary>Rows of the evictions.</summary>
    public int[] EvictionRows => Policy.Evictions.Rows(Schedule, Capacity);

    /// <summary>Rows of the refaults.</summary>
    public int[] RefaultRows => Policy.Refaults.Rows(Schedule, Capacity);

    /// <summary>Sum over the aging passes, eviction passes among them.</summary>
    public long SumAging(Column<long> column) => Sum(Policy.AgingPasses, AgingRows, column);

    /// <summary>Sum over the aging passes as a metric: reference policies and policies that never aged have none.</summary>
    public MetricValue AgingTotal(Column<long> column) => Policy.IsReference ? MetricValue.NotAvailable(NoAging)
        : AgingRows.Length == 0 ? MetricValue.NotAvailable("no aging pass ran")
        : MetricValue.Of(SumAging(column));

    /// <summary>A number of the totals as a metric.</summary>
    public MetricValue TotalValue(Column<long> column) => Exists ? MetricValue.Of(Total(column)) : MetricValue.NotAvailable("not replayed");

    /// <summary>Sum over the reclaim passes.</summary>
    public long SumReclaim(Column<long> column) => Sum(Policy.ReclaimPasses, ReclaimRows, column);

    /// <summary>Aging passes proper: those that no eviction triggered.</summary>
    public int AgingPassCount
    {
        get
        {
            int passes = 0;
            foreach (int r in AgingRows)
            {
                passes += IsEvictionPass(r) ? 0 : 1;
            }
            return passes;
        }
    }

    /// <summary>Whether a row of the aging passes is an eviction that read accessed bits.</summary>
    public bool IsEvictionPass(int row) => Policy.AgingPasses.Values![AgingPassesTable.Trigger][row] == "eviction";

    /// <summary>Fewest and most evicted pages that were touched again before the end, as the trace proves; null off the head schedule.</summary>
    public (long Low, long High)? ProvenAgain => Proven(EvictionsTable.Again, _ => true);

    /// <summary>Fewest and most evictions that were false-cold, of those that have the whole horizon ahead of them or not.</summary>
    /// <param name="whole">Whether the horizon of the eviction must end before the trace.</param>
    public (long Low, long High)? ProvenFalseCold(bool whole) =>
        Proven(EvictionsTable.Within, r => HasWholeHorizon(r) == whole);

    /// <summary>Whether the horizon of an eviction ends before the trace does.</summary>
    public bool HasWholeHorizon(int row) => Run.Facts.EndNs - Policy.Evictions.Values![EvictionsTable.TsNs][row] >= Run.Facts.HorizonNs;

    /// <summary>Sums of a column of the reclaim passes and of its counterpart; null where nothing was proved.</summary>
    public (long Low, long High)? ProvenReclaim(Column<long> low, Column<long> high) =>
        ReclaimRows.Length == 0 || Policy.ReclaimPasses.Values!.IsNull(low, ReclaimRows[0]) ? null : (SumReclaim(low), SumReclaim(high));

    private (long Low, long High)? Proven(Column<string> column, Func<int, bool> counts)
    {
        int[] rows = EvictionRows;
        if (rows.Length == 0 || Policy.Evictions.Values!.IsNull(column, rows[0]))
        {
            return null;
        }
        string[] said = Policy.Evictions.Values[column];
        long low = 0;
        long high = 0;
        foreach (int r in rows)
        {
            if (counts(r))
            {
                low += said[r] == "yes" ? 1 : 0;
                high += said[r] == "no" ? 0 : 1;
            }
        }
        return (low, high);
    }

    private static long Sum(GroupedTable table, int[] rows, Column<long> column)
    {
        if (rows.Length == 0)
        {
            return 0;
        }
        long[] values = table.Values![column];
        long sum = 0;
        foreach (int r in rows)
        {
            sum += values[r];
        }
        return sum;
    }
}
