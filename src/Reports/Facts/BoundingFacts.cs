using SecondLook.Contracts.Runs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Facts;

/// <summary>How far each defect of the trace moves the headline effect, from the bounding replays of the run.</summary>
public sealed class BoundingFacts
{
    /// <summary>Times the largest change, where the same damage was done again and its amount is counted (events out of order, clock steps).</summary>
    public const double InjectionFactor = 2.5;

    /// <summary>The same for losses with a mark, whose extent the trace tells.</summary>
    public const double MarkedLossFactor = 2;

    /// <summary>Times the change that one replay in <see cref="OneIn"/> exceeds, for losses without a mark.</summary>
    /// <remarks>
    /// A replay has edges where one answer changes how many batches a policy takes. The furthest of so many replays finds any that lies within a few more such losses, though the loss itself
    /// carries a clean trace over it in less than one text of a hundred. Stated is therefore what is usual, with room: docs/model.md says how often that was too little.
    /// </remarks>
    public const double UnmarkedLossFactor = 3;

    /// <summary>See <see cref="UnmarkedLossFactor"/>.</summary>
    public const int OneIn = 8;

    private readonly Dictionary<(string Defect, string Filling, string Policy), (long Requests, long Evictions, long Refaults)> _rows = [];
    private readonly SortedSet<(string Defect, string Filling)> _fillings = [];

    /// <summary>Whether the run has bounding replays at all.</summary>
    public bool Any => _rows.Count > 0;

    /// <summary>Reads <c>replay/bounding.parquet</c>; a run without it has none.</summary>
    public static BoundingFacts Read(RunFolder run)
    {
        BoundingFacts facts = new();
        string path = Path.Combine(run.Replay, "bounding.parquet");
        if (!File.Exists(path))
        {
            return facts;
        }
        Table table = Table.Read(path, BoundingReplaysTable.Schema);
        for (int r = 0; r < table.RowCount; r++)
        {
            string defect = table[BoundingReplaysTable.Defect][r];
            string filling = table[BoundingReplaysTable.Filling][r];
            facts._rows[(defect, filling, table[BoundingReplaysTable.Policy][r])] =
                (table[BoundingReplaysTable.Requests][r], table[BoundingReplaysTable.Evictions][r], table[BoundingReplaysTable.Refaults][r]);
            facts._fillings.Add((defect, filling));
        }
        return facts;
    }

    /// <summary>Largest change of the effect that a defect could make, in points; null where it was not computed.</summary>
    /// <param name="defect">Name of the defect.</param>
    /// <param name="candidate">Policy under question.</param>
    /// <param name="baseline">What it is held against.</param>
    /// <param name="perEviction">Whether the effect is of refaults per page evicted; else per access.</param>
    public double? PointsOf(string defect, string candidate, string baseline, bool perEviction)
    {
        if (Effect("none", "head", candidate, baseline, perEviction) is not { } head)
        {
            return null;
        }
        List<double> injected = [];
        bool unmarked = false;
        double largest = 0;
        bool moved = false;
        bool any = false;
        foreach ((string name, string filling) in _fillings.Where(f => f.Defect == defect))
        {
            if (Effect(name, filling, candidate, baseline, perEviction) is not { } effect)
            {
                continue;
            }
            any = true;
            double change = Math.Abs(effect - head) * 100;
            bool putBack = filling.StartsWith("put_back_", StringComparison.Ordinal);
            if (putBack || filling.StartsWith("again_", StringComparison.Ordinal))
            {
                unmarked |= putBack;
                moved |= Moves(name, filling, candidate) || Moves(name, filling, baseline);
                injected.Add(change);
            }
            else
            {
                largest = Math.Max(largest, change);
            }
        }
        if (!any)
        {
            return null;
        }
        // Below one refault of each policy nothing can be told apart, unless the damage leaves no trace in any replay.
        double resolution = _rows.TryGetValue(("none", "head", baseline), out (long Requests, long Evictions, long Refaults) whole) && whole.Refaults > 0 ? 200.0 / whole.Refaults : 0;
        return Math.Max(largest, moved ? Math.Max(resolution, Injected(injected, defect == "lost_events", unmarked)) : 0);
    }

    private static double Injected(List<double> changes, bool marked, bool unmarked)
    {
        changes.Sort();
        return unmarked
            ? UnmarkedLossFactor * changes[^Math.Max(1, changes.Count / OneIn)]
            : (marked ? MarkedLossFactor : InjectionFactor) * changes[^1];
    }

    private bool Moves(string defect, string filling, string policy)
    {
        (_, long evictions, long refaults) = _rows[(defect, filling, policy)];
        (_, long headEvictions, long headRefaults) = _rows[("none", "head", policy)];
        return evictions != headEvictions || refaults != headRefaults;
    }

    private double? Effect(string defect, string filling, string candidate, string baseline, bool perEviction)
    {
        double? Loss(string policy) => _rows.TryGetValue((defect, filling, policy), out (long Requests, long Evictions, long Refaults) r)
            && (perEviction ? r.Evictions : r.Requests) is > 0 and var all ? (double)r.Refaults / all : null;
        return Loss(candidate) is { } a && Loss(baseline) is { } b and > 0 ? (a / b) - 1 : null;
    }
}
