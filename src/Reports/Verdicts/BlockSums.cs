using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Verdicts;

/// <summary>Numerators and denominators of the headline numbers of one policy, block by block of the head slice.</summary>
public sealed class BlockSums
{
    private readonly SortedDictionary<string, (double[] Numerator, double[] Denominator)> _sums = new(StringComparer.Ordinal);

    private BlockSums(int blocks)
    {
        Evicted = new double[blocks];
    }

    /// <summary>Pages evicted in each block.</summary>
    public double[] Evicted { get; }

    /// <summary>Sums of a metric by catalogue name; its value is a constant times numerator over denominator. Null for other metrics.</summary>
    public (double[] Numerator, double[] Denominator)? Of(string metric) => _sums.TryGetValue(metric, out (double[], double[]) sums) ? sums : null;

    /// <summary>Adds up the head slice of a policy.</summary>
    public static BlockSums Compute(Slice slice, TraceBlocks blocks)
    {
        int n = blocks.Count;
        BlockSums sums = new(n);
        if (n == 0)
        {
            return sums;
        }
        sums.AddEvictions(slice, blocks);
        sums.AddReclaim(slice, blocks);
        sums.AddAging(slice, blocks);
        return sums;
    }

    private void AddEvictions(Slice slice, TraceBlocks blocks)
    {
        double[] again = new double[blocks.Count];
        double[] wrong = new double[blocks.Count];
        double[] judged = new double[blocks.Count];
        Table? table = slice.Policy.Evictions.Values;
        foreach (int r in slice.EvictionRows)
        {
            int b = blocks.IndexOf(table![EvictionsTable.TsNs][r]);
            Evicted[b]++;
            again[b] += table.IsNull(EvictionsTable.NextTouchNs, r) ? 0 : 1;
            string outcome = table[EvictionsTable.Outcome][r];
            wrong[b] += outcome == "false_cold" ? 1 : 0;
            judged[b] += outcome == "censored" ? 0 : 1;
        }
        double[] ones = new double[blocks.Count];
        Array.Fill(ones, 1);
        _sums["refaults_per_gib"] = (again, Evicted);
        _sums["refaults_per_1000"] = (again, ones);
        _sums["false_cold_percent"] = (wrong, judged);
    }

    private void AddReclaim(Slice slice, TraceBlocks blocks)
    {
        double[] hot = new double[blocks.Count];
        double[] resident = new double[blocks.Count];
        double[] believed = new double[blocks.Count];
        double[] passes = new double[blocks.Count];
        Table? table = slice.Policy.ReclaimPasses.Values;
        foreach (int r in slice.ReclaimRows)
        {
            int b = blocks.IndexOf(table![ReclaimPassesTable.TsNs][r]);
            hot[b] += table[ReclaimPassesTable.FalseHot][r];
            resident[b] += table[ReclaimPassesTable.Resident][r];
            believed[b] += table[ReclaimPassesTable.BelievedCold][r];
            passes[b]++;
        }
        _sums["false_hot_percent"] = (hot, resident);
        _sums["cold_bytes"] = (believed, passes);
    }

    private void AddAging(Slice slice, TraceBlocks blocks)
    {
        double[] entries = new double[blocks.Count];
        double[] ones = new double[blocks.Count];
        Array.Fill(ones, 1);
        Table? table = slice.Policy.AgingPasses.Values;
        foreach (int r in slice.AgingRows)
        {
            entries[blocks.IndexOf(table![AgingPassesTable.TsNs][r])] +=
                table[AgingPassesTable.PtesVisited][r] + table[AgingPassesTable.SptesVisited][r];
        }
        _sums["aging_work"] = (entries, ones);
    }
}
