using SecondLook.Replay.Replacement;

namespace SecondLook.Replay;

/// <summary>Demands of one kind that a policy could not meet.</summary>
/// <param name="Count">How often.</param>
/// <param name="FirstNs">When first, ns.</param>
/// <param name="Wanted">Pages asked for, all together.</param>
/// <param name="Got">Pages given, all together.</param>
public readonly record struct DemandShortfall(long Count, long FirstNs, long Wanted, long Got);

/// <summary>What a replay was asked for and could not give, by kind of demand and by the error that the kernel answers.</summary>
public sealed class DemandErrors
{
    /// <summary>Kind of demand of a page that found no room under its limit.</summary>
    public const string Fault = "fault";

    private readonly SortedDictionary<string, DemandShortfall> _rows = new(StringComparer.Ordinal);

    /// <summary>Rows by <c>action/error</c>, ordinal order.</summary>
    public IReadOnlyDictionary<string, DemandShortfall> Rows => _rows;

    /// <summary>Counts one demand that was not met.</summary>
    /// <param name="action">Kind of demand, such as <c>reclaim</c>.</param>
    /// <param name="errno">Negative error number, one of <see cref="Errno"/>.</param>
    /// <param name="nowNs">When.</param>
    /// <param name="wanted">Pages asked for.</param>
    /// <param name="got">Pages given.</param>
    public void Add(string action, int errno, long nowNs, long wanted, long got)
    {
        string key = $"{action}/{Errno.NameOf(errno)}";
        DemandShortfall row = _rows.GetValueOrDefault(key, new DemandShortfall(0, nowNs, 0, 0));
        _rows[key] = row with { Count = row.Count + 1, Wanted = row.Wanted + wanted, Got = row.Got + got };
    }
}
