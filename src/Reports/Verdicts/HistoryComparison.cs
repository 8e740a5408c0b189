using SecondLook.Contracts.Tables;
using SecondLook.Reports.Facts;
using SecondLook.Reports.Writing;

namespace SecondLook.Reports.Verdicts;

/// <summary>How the generation histories of two policies differ on the same accesses: what each pass found, missed, and where hot memory stood.</summary>
public sealed class HistoryComparison
{
    private readonly Side _a;
    private readonly Side _b;
    private readonly string _horizon;
    private readonly (long Both, long OnlyA, long OnlyB) _evicted;

    private readonly string _known;

    private HistoryComparison(Side a, Side b, string horizon, string known, (long Both, long OnlyA, long OnlyB) evicted)
    {
        _a = a;
        _b = b;
        _horizon = horizon;
        _known = known;
        _evicted = evicted;
    }

    /// <summary>The differences in sentences, ASCII minus.</summary>
    public IReadOnlyList<string> Sentences
    {
        get
        {
            List<string> s =
            [
                (_known.Length > 0 ? "As far as this trace tells: in" : "In") + $" its {Plural(_a.Passes, "aging pass", "aging passes")} {_a.Name} found {Plural(_a.Young, "page")} young and missed {Numbers.Count(_a.Missed)} touched since the pass before; "
                    + $"{_b.Name} in its {Numbers.Count(_b.Passes)} found {Numbers.Count(_b.Young)} and missed {Numbers.Count(_b.Missed)}, {Reason()}.",
            ];
            if (_a.HotPages > 0 && _b.HotPages > 0)
            {
                s.Add($"Of the memory touched again within {_horizon}, {Percent(_a.HotOldest, _a.HotPages)} stood in the oldest generation under {_a.Name} and "
                    + $"{Percent(_b.HotOldest, _b.HotPages)} under {_b.Name}, over {Plural(_a.Instants, "instant")} and {Numbers.Count(_b.Instants)}.");
            }
            if (_a.EvictionYoung + _b.EvictionYoung > 0)
            {
                s.Add($"The last look before eviction then found {Plural(_a.EvictionYoung, "page")} young under {_a.Name} and {Numbers.Count(_b.EvictionYoung)} under {_b.Name}.");
            }
            if (_evicted.Both + _evicted.OnlyA + _evicted.OnlyB > 0)
            {
                s.Add($"Of the pages that either took, by reclaim pass, {Numbers.Count(_evicted.Both)} were taken by both, {Numbers.Count(_evicted.OnlyA)} by {_a.Name} alone and "
                    + $"{Numbers.Count(_evicted.OnlyB)} by {_b.Name} alone.");
            }
            return s;
        }
    }

    /// <summary>Compares two policies on the head schedule; null when either has no generations.</summary>
    public static HistoryComparison? Of(RunTables run, PolicyReplay a, PolicyReplay b)
    {
        Slice sliceA = run.HeadSlice(a);
        Slice sliceB = run.HeadSlice(b);
        if (a.Generations.Rows(run.Head.Id, null).Length == 0 || b.Generations.Rows(run.Head.Id, null).Length == 0)
        {
            return null;
        }
        return new HistoryComparison(Side.Of(sliceA), Side.Of(sliceB), Numbers.Span(run.Facts.HorizonNs), run.Head.TooLittleKnown is null ? "" : "as far as this trace tells, ", Overlap(sliceA, sliceB));
    }

    /// <summary>Pages that both took in the same reclaim pass, and those that one alone took.</summary>
    internal static (long Both, long OnlyA, long OnlyB) Overlap(Slice a, Slice b)
    {
        HashSet<(int, int)> inA = Taken(a);
        HashSet<(int, int)> inB = Taken(b);
        long both = inA.Count(inB.Contains);
        return (both, inA.Count - both, inB.Count - both);
    }

    private static HashSet<(int Pass, int Page)> Taken(Slice slice)
    {
        HashSet<(int, int)> taken = [];
        foreach (int r in slice.EvictionRows)
        {
            taken.Add((slice.Policy.Evictions.Values![EvictionsTable.Pass][r], slice.Policy.Evictions.Values[EvictionsTable.Page][r]));
        }
        return taken;
    }

    private string Reason()
    {
        Side blind = _a.Missed > _b.Missed ? _a : _b;
        Side seeing = _a.Missed > _b.Missed ? _b : _a;
        return blind.Missed == seeing.Missed ? "so neither sees more of what was touched"
            : blind.PassSptes == 0 && seeing.PassSptes > 0
                ? $"because the passes of {blind.Name} read no secondary entry where those of {seeing.Name} read {Numbers.Count(seeing.PassSptes)}"
                : $"with {Numbers.Count(blind.PassSptes)} secondary entries read by the passes of {blind.Name} and {Numbers.Count(seeing.PassSptes)} by those of {seeing.Name}";
    }

    private static string Plural(long count, string one, string? many = null) => $"{Numbers.Count(count)} {(count == 1 ? one : many ?? one + "s")}";

    private static string Percent(double part, double whole) => Numbers.Fixed(100 * part / whole, 1) + " %";

    private sealed record Side(
        string Name, long Passes, long Young, long Missed, long PassSptes, long EvictionYoung, double HotPages, double HotOldest, int Instants)
    {
        public static Side Of(Slice slice)
        {
            Table? passes = slice.Policy.AgingPasses.Values;
            long count = 0, young = 0, missed = 0, sptes = 0, evictionYoung = 0;
            foreach (int r in slice.AgingRows)
            {
                if (slice.IsEvictionPass(r))
                {
                    evictionYoung += passes![AgingPassesTable.PagesYoung][r];
                    continue;
                }
                count++;
                young += passes![AgingPassesTable.PagesYoung][r];
                missed += passes[AgingPassesTable.MissedYoung][r];
                sptes += passes[AgingPassesTable.SptesVisited][r];
            }
            Table table = slice.Policy.Generations.Values!;
            int[] rows = slice.Policy.Generations.Rows(slice.Schedule, null);
            double hot = 0, oldest = 0;
            int instants = 0;
            for (int i = 0; i < rows.Length;)
            {
                int end = i;
                long minSeq = long.MaxValue;
                while (end < rows.Length && table[GenerationsTable.TsNs][rows[end]] == table[GenerationsTable.TsNs][rows[i]]
                    && table[GenerationsTable.Label][rows[end]] == table[GenerationsTable.Label][rows[i]])
                {
                    minSeq = Math.Min(minSeq, table[GenerationsTable.Seq][rows[end]]);
                    end++;
                }
                for (int k = i; k < end; k++)
                {
                    double pages = table[GenerationsTable.HotPages][rows[k]];
                    hot += pages;
                    oldest += table[GenerationsTable.Seq][rows[k]] == minSeq ? pages : 0;
                }
                instants++;
                i = end;
            }
            return new Side(slice.Policy.Name, count, young, missed, sptes, evictionYoung, hot, oldest, instants);
        }
    }
}
