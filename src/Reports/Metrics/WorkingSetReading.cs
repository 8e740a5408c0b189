using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Metrics;

/// <summary>What the generations say about the pages used within the stated age, added up over the reclaim passes (mglru-model.md 10.2).</summary>
/// <param name="Lower">Pages of generations born within the age: certainly used within it, as far as the policy saw.</param>
/// <param name="Upper">Pages of generations whose successor was born within it: possibly used within it.</param>
/// <param name="Truth">Pages kept that were.</param>
/// <param name="Passes">Passes with generations.</param>
internal sealed record WorkingSetReading(double Lower, double Upper, double Truth, int Passes)
{
    /// <summary>Why a policy has none.</summary>
    public const string NoGenerations = "no generations at a reclaim pass";

    /// <summary>Reads a slice; null where no pass has generations beside it.</summary>
    public static WorkingSetReading? Of(Slice slice)
    {
        if (slice.Policy.Generations.Values is not { } generations || slice.Capacity != slice.Run.HeadCapacity)
        {
            return null;
        }
        long age = slice.Run.Facts.ColdAgeNs;
        Dictionary<(long Ts, string Label), List<(long Seq, long BirthNs, long Pages)>> instants = [];
        foreach (int r in slice.Policy.Generations.Rows(slice.Schedule, null))
        {
            (long, string) key = (generations[GenerationsTable.TsNs][r], generations[GenerationsTable.Label][r]);
            if (!instants.TryGetValue(key, out List<(long, long, long)>? rows))
            {
                instants.Add(key, rows = []);
            }
            rows.Add((generations[GenerationsTable.Seq][r], generations[GenerationsTable.BirthNs][r], generations[GenerationsTable.AnonPages][r]));
        }
        WorkingSetReading sum = new(0, 0, 0, 0);
        Table? passes = slice.Policy.ReclaimPasses.Values;
        foreach (int r in slice.ReclaimRows)
        {
            long now = passes![ReclaimPassesTable.TsNs][r];
            if (!instants.TryGetValue((now, passes[ReclaimPassesTable.Action][r]), out List<(long Seq, long BirthNs, long Pages)>? rows))
            {
                continue;
            }
            rows.Sort();
            long lower = 0;
            long upper = 0;
            for (int i = 0; i < rows.Count; i++)
            {
                long next = i + 1 < rows.Count ? now - rows[i + 1].BirthNs : 0;
                lower += now - rows[i].BirthNs <= age ? rows[i].Pages : 0;
                upper += next < age ? rows[i].Pages : 0;
            }
            sum = new WorkingSetReading(sum.Lower + lower, sum.Upper + upper, sum.Truth + passes[ReclaimPassesTable.Resident][r] - passes[ReclaimPassesTable.TrulyCold][r], sum.Passes + 1);
        }
        return sum.Passes > 0 ? sum : null;
    }
}
