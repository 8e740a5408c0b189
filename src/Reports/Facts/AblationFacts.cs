using SecondLook.Contracts.Runs;
using SecondLook.Contracts.Tables;
using SecondLook.Reports.Verdicts;

namespace SecondLook.Reports.Facts;

/// <summary>The ablation of a thorough run: what the headline number does without single mechanisms and without pairs of them.</summary>
public sealed class AblationFacts
{
    private readonly Dictionary<string, SortedDictionary<int, (long Requests, long Evictions, long Refaults)>> _counts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(long BeginNs, long Evictions, long Again)>> _slices = new(StringComparer.Ordinal);
    private readonly List<string> _variants = [];

    /// <summary>The policy that was taken apart; empty where none was.</summary>
    public string Policy { get; private set; } = "";

    /// <summary>Mechanisms that were off already, or could not be at work under its rules.</summary>
    public IReadOnlyList<string> Idle { get; private set; } = [];

    /// <summary>Schedules replayed.</summary>
    public int Schedules => _counts.TryGetValue("", out SortedDictionary<int, (long, long, long)>? all) ? all.Count : 0;

    /// <summary>What was left out, single mechanisms and pairs in the order of the table.</summary>
    public IReadOnlyList<string> Variants => _variants;

    /// <summary>Reads <c>replay/ablation.parquet</c> and its slices; a run without them has none.</summary>
    public static AblationFacts Read(RunFolder run)
    {
        AblationFacts facts = new();
        string path = Path.Combine(run.Replay, "ablation.parquet");
        if (!File.Exists(path))
        {
            return facts;
        }
        List<string> idle = [];
        Table table = Table.Read(path, AblationTable.Schema);
        for (int r = 0; r < table.RowCount; r++)
        {
            facts.Policy = table[AblationTable.Policy][r];
            string without = table[AblationTable.Without][r];
            if (!table[AblationTable.AtWork][r])
            {
                idle.Add(without);
                continue;
            }
            if (!facts._counts.TryGetValue(without, out SortedDictionary<int, (long, long, long)>? counts))
            {
                facts._counts.Add(without, counts = []);
                if (without.Length > 0)
                {
                    facts._variants.Add(without);
                }
            }
            counts[table[AblationTable.Schedule][r]] = (table[AblationTable.Requests][r], table[AblationTable.Evictions][r], table[AblationTable.Refaults][r]);
        }
        facts.Idle = idle;
        Table slices = Table.Read(Path.Combine(run.Replay, "ablation_slices.parquet"), AblationSlicesTable.Schema);
        for (int r = 0; r < slices.RowCount; r++)
        {
            string without = slices[AblationSlicesTable.Without][r];
            if (!facts._slices.TryGetValue(without, out List<(long, long, long)>? list))
            {
                facts._slices.Add(without, list = []);
            }
            list.Add((slices[AblationSlicesTable.BeginNs][r], slices[AblationSlicesTable.Evictions][r], slices[AblationSlicesTable.Again][r]));
        }
        return facts;
    }

    /// <summary>Effects of every variant, and of pairs what they do beyond their parts.</summary>
    /// <param name="perEviction">Whether the headline counts refaults per page evicted; else per access.</param>
    /// <param name="blocks">The trace in blocks.</param>
    /// <param name="bootstrap">Intervals over blocks.</param>
    public IReadOnlyList<AblationEffect> Effects(bool perEviction, TraceBlocks blocks, BlockBootstrap bootstrap)
    {
        Dictionary<string, (double[] Numerator, double[] Denominator)> sums = new(StringComparer.Ordinal);
        foreach (string variant in (string[])["", .. _variants])
        {
            sums.Add(variant, Sums(variant, perEviction, blocks));
        }
        List<AblationEffect> effects = [];
        foreach (string variant in _variants)
        {
            double Drawn(string v, IReadOnlyList<int> draw) => (Loss(sums[v], draw) / Loss(sums[""], draw)) - 1;
            string[] parts = variant.Split('+');
            bool pair = parts.Length == 2;
            List<(int Schedule, double Effect)> own = On(variant, perEviction);
            List<double> beyond = [];
            if (pair && _counts.ContainsKey(parts[0]) && _counts.ContainsKey(parts[1]))
            {
                Dictionary<int, double> a = On(parts[0], perEviction).ToDictionary(e => e.Schedule, e => e.Effect);
                Dictionary<int, double> b = On(parts[1], perEviction).ToDictionary(e => e.Schedule, e => e.Effect);
                beyond = [.. own.Where(e => a.ContainsKey(e.Schedule) && b.ContainsKey(e.Schedule)).Select(e => e.Effect - a[e.Schedule] - b[e.Schedule])];
            }
            effects.Add(new AblationEffect(
                variant,
                own.Count > 0 && own[0].Schedule == 0 ? own[0].Effect : null,
                bootstrap.Of("ablation", draw => Drawn(variant, draw)),
                own.Count > 1 ? (own.Min(e => e.Effect), own.Max(e => e.Effect)) : null,
                pair && beyond.Count > 0 ? beyond[0] : null,
                pair ? bootstrap.Of("ablation", draw => Drawn(variant, draw) - Drawn(parts[0], draw) - Drawn(parts[1], draw)) : null,
                beyond.Count > 1 ? (beyond.Min(), beyond.Max()) : null));
        }
        return effects;
    }

    private List<(int Schedule, double Effect)> On(string variant, bool perEviction)
    {
        List<(int, double)> effects = [];
        foreach ((int schedule, (long Requests, long Evictions, long Refaults) with) in _counts[""])
        {
            if (_counts[variant].TryGetValue(schedule, out (long Requests, long Evictions, long Refaults) without)
                && Loss(with, perEviction) is > 0 and var a && Loss(without, perEviction) is { } b)
            {
                effects.Add((schedule, (b / a) - 1));
            }
        }
        return effects;
    }

    private static double? Loss((long Requests, long Evictions, long Refaults) counts, bool perEviction) =>
        (perEviction ? counts.Evictions : counts.Requests) is > 0 and var all ? (double)counts.Refaults / all : null;

    private (double[] Numerator, double[] Denominator) Sums(string variant, bool perEviction, TraceBlocks blocks)
    {
        double[] again = new double[Math.Max(1, blocks.Count)];
        double[] evicted = new double[again.Length];
        foreach ((long begin, long evictions, long returned) in _slices.GetValueOrDefault(variant) ?? [])
        {
            int b = blocks.IndexOf(begin);
            again[b] += returned;
            evicted[b] += evictions;
        }
        if (!perEviction)
        {
            Array.Fill(evicted, 1);
        }
        return (again, evicted);
    }

    private static double Loss((double[] Numerator, double[] Denominator) sums, IReadOnlyList<int> draw)
    {
        double numerator = 0;
        double denominator = 0;
        foreach (int b in draw)
        {
            numerator += sums.Numerator[b];
            denominator += sums.Denominator[b];
        }
        return numerator / denominator;
    }
}

/// <summary>What the headline number does without something; shares of the number with everything, so 0.1 is 10 % more refaults.</summary>
/// <param name="Without">One mechanism, or two joined by <c>+</c>.</param>
/// <param name="Effect">Change on the head schedule; null where the policy as it is has no refaults.</param>
/// <param name="Interval">95 % interval over blocks of the trace; null when too short.</param>
/// <param name="Range">Range over schedules; null with one.</param>
/// <param name="Interaction">Of a pair: its effect less the effects of its parts, head schedule.</param>
/// <param name="InteractionInterval">Its interval.</param>
/// <param name="InteractionRange">Its range.</param>
public sealed record AblationEffect(
    string Without, double? Effect, (double Low, double High)? Interval, (double Low, double High)? Range,
    double? Interaction, (double Low, double High)? InteractionInterval, (double Low, double High)? InteractionRange)
{
    /// <summary>Whether two mechanisms are missing.</summary>
    public bool IsPair => Without.Contains('+', StringComparison.Ordinal);
}
