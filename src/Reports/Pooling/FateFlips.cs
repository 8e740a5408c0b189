using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Pooling;

/// <summary>Pages that one of two policies took too early in a reclaim pass in which the other did not, by what the error is charged to.</summary>
/// <param name="WrongUnderA">Pages of A by cause; <c>not charged</c> off the head schedule.</param>
/// <param name="WrongUnderB">Pages of B by cause.</param>
public sealed record FateFlips(SortedDictionary<string, long> WrongUnderA, SortedDictionary<string, long> WrongUnderB)
{
    /// <summary>None.</summary>
    public static FateFlips None { get; } = new(new(StringComparer.Ordinal), new(StringComparer.Ordinal));

    /// <summary>Flips between two slices of one run.</summary>
    public static FateFlips Of(Slice a, Slice b) => new(WrongIn(a, b), WrongIn(b, a));

    /// <summary>Sums of two runs.</summary>
    public static FateFlips operator +(FateFlips x, FateFlips y) => new(Sum(x.WrongUnderA, y.WrongUnderA), Sum(x.WrongUnderB, y.WrongUnderB));

    private static SortedDictionary<string, long> WrongIn(Slice of, Slice other)
    {
        HashSet<(int, int)> alsoWrong = [.. Wrong(other).Select(w => w.Key)];
        SortedDictionary<string, long> causes = new(StringComparer.Ordinal);
        foreach (((int, int) key, string cause) in Wrong(of))
        {
            if (!alsoWrong.Contains(key))
            {
                causes[cause] = causes.GetValueOrDefault(cause) + 1;
            }
        }
        return causes;
    }

    private static IEnumerable<((int Pass, int Page) Key, string Cause)> Wrong(Slice slice)
    {
        Table? table = slice.Policy.Evictions.Values;
        foreach (int r in slice.EvictionRows)
        {
            if (table![EvictionsTable.Outcome][r] == "false_cold")
            {
                yield return ((table[EvictionsTable.Pass][r], table[EvictionsTable.Page][r]), table.IsNull(EvictionsTable.Cause, r) ? "not charged" : table[EvictionsTable.Cause][r]);
            }
        }
    }

    private static SortedDictionary<string, long> Sum(SortedDictionary<string, long> x, SortedDictionary<string, long> y)
    {
        SortedDictionary<string, long> sum = new(x, StringComparer.Ordinal);
        foreach ((string cause, long pages) in y)
        {
            sum[cause] = sum.GetValueOrDefault(cause) + pages;
        }
        return sum;
    }
}
