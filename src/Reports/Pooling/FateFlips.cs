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
    public static FateFlips Of(Slice a, Slice b) => Of(WrongOf(a), WrongOf(b));

    /// <summary>Flips between two replays of one capture.</summary>
    public static FateFlips Of(IReadOnlyDictionary<(int Pass, int Page), string> a, IReadOnlyDictionary<(int Pass, int Page), string> b) => new(WrongIn(a, b), WrongIn(b, a));

    /// <summary>Sums of two runs.</summary>
    public static FateFlips operator +(FateFlips x, FateFlips y) => new(Sum(x.WrongUnderA, y.WrongUnderA), Sum(x.WrongUnderB, y.WrongUnderB));

    /// <summary>Pages of a slice that were taken too early, by pass and page, with their causes.</summary>
    public static Dictionary<(int Pass, int Page), string> WrongOf(Slice slice)
    {
        Dictionary<(int, int), string> wrong = [];
        Table? table = slice.Policy.Evictions.Values;
        foreach (int r in slice.EvictionRows)
        {
            if (table![EvictionsTable.Outcome][r] == "false_cold")
            {
                wrong[(table[EvictionsTable.Pass][r], table[EvictionsTable.Page][r])] = table.IsNull(EvictionsTable.Cause, r) ? "not charged" : table[EvictionsTable.Cause][r];
            }
        }
        return wrong;
    }

    private static SortedDictionary<string, long> WrongIn(IReadOnlyDictionary<(int Pass, int Page), string> of, IReadOnlyDictionary<(int Pass, int Page), string> other)
    {
        SortedDictionary<string, long> causes = new(StringComparer.Ordinal);
        foreach (((int, int) key, string cause) in of)
        {
            if (!other.ContainsKey(key))
            {
                causes[cause] = causes.GetValueOrDefault(cause) + 1;
            }
        }
        return causes;
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
