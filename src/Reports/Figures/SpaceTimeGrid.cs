using SecondLook.Contracts.Tables;
using SecondLook.Reports.Facts;

namespace SecondLook.Reports.Figures;

/// <summary>Touches, evictions and refaults counted by stretch of guest addresses and slice of time.</summary>
internal sealed class SpaceTimeGrid
{
    private readonly int[] _firstRow;

    /// <summary>Creates an empty grid.</summary>
    /// <param name="space">The guest's pages.</param>
    /// <param name="facts">Span of the replay.</param>
    /// <param name="columns">Slices of time.</param>
    /// <param name="rows">Stretches of addresses, shared out among the regions by size.</param>
    public SpaceTimeGrid(GuestSpace space, ReplayFacts facts, int columns, int rows)
    {
        Space = space;
        Columns = columns;
        BeginNs = facts.BeginNs;
        SpanNs = Math.Max(1, facts.SpanNs);
        long pages = Math.Max(1, space.Regions.Sum(r => r.Pages));
        _firstRow = new int[space.Regions.Count + 1];
        for (int i = 0; i < space.Regions.Count; i++)
        {
            int share = (int)Math.Clamp(Math.Round((double)space.Regions[i].Pages * rows / pages, MidpointRounding.AwayFromZero), 1, space.Regions[i].Pages);
            _firstRow[i + 1] = _firstRow[i] + share;
        }
        Rows = _firstRow[^1];
        Touches = new int[Columns * Math.Max(1, Rows)];
        Evictions = new int[Touches.Length];
        Refaults = new int[Touches.Length];
    }

    public GuestSpace Space { get; }

    public int Columns { get; }

    public int Rows { get; }

    public long BeginNs { get; }

    public long SpanNs { get; }

    public int[] Touches { get; }

    public int[] Evictions { get; }

    public int[] Refaults { get; }

    /// <summary>First row of a region; the entry after the last region is the number of rows.</summary>
    public int FirstRow(int region) => _firstRow[region];

    /// <summary>Counts rows of a table into a layer.</summary>
    public void Add(int[] layer, long[] tsNs, int[] pages, IEnumerable<int> rows)
    {
        foreach (int r in rows)
        {
            if (Space.TryPlace(pages[r], out int region, out long offset))
            {
                int column = (int)Math.Clamp((double)(tsNs[r] - BeginNs) / SpanNs * Columns, 0, Columns - 1);
                int height = _firstRow[region + 1] - _firstRow[region];
                int row = _firstRow[region] + (int)(offset * height / Space.Regions[region].Pages);
                layer[(row * Columns) + column]++;
            }
        }
    }

    /// <summary>Counts a whole table of touches.</summary>
    public void AddTouches(Table touches) => Add(Touches, touches[TouchesTable.TsNs], touches[TouchesTable.Page], Enumerable.Range(0, touches.RowCount));

    /// <summary>The cells of a layer with the most counts, at most so many, in cell order.</summary>
    public static List<int> Strongest(int[] layer, int limit)
    {
        List<int> cells = [];
        for (int i = 0; i < layer.Length; i++)
        {
            if (layer[i] > 0)
            {
                cells.Add(i);
            }
        }
        return cells.Count <= limit ? cells : [.. cells.OrderByDescending(c => layer[c]).ThenBy(c => c).Take(limit).Order()];
    }
}
