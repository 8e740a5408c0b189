using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;
using SecondLook.Reports.Drawing;
using SecondLook.Reports.Facts;
using SecondLook.Reports.Writing;

namespace SecondLook.Reports.Figures;

/// <summary>P5: where in guest memory and when pages were touched, evicted and brought back.</summary>
[CatalogEntry("p5", "space-time heat map: touches, evictions and refaults by guest address and time")]
public sealed class SpaceTime : IFigure
{
    private const string XTitle = "time, s";
    private static readonly string[] Columns = ["layout", "time_s", "vm", "slot", "gfn", "touches", "evictions", "refaults"];

    /// <inheritdoc/>
    public string Title => "Guest memory in space and time";

    /// <inheritdoc/>
    public FigurePlan Plan(ReportModel report)
    {
        RunTables run = report.Run;
        PolicyReplay policy = run.Policies[0];
        string? file = run.Head.TouchesFile(run.Folder);
        GuestSpace space = GuestSpace.Read(run.Folder);
        if (file is null || space.Regions.Count == 0 || run.Facts.SpanNs <= 0)
        {
            return FigurePlan.Empty("guest address", XTitle, Columns, space.Regions.Count == 0
                ? "No page of a data memslot occurs in the trace: 0 of 0. Next time give the memslots (docs/capture.md)."
                : $"The run kept no accesses of the schedule {run.Head.Name}: 0 rows.");
        }
        Table touches = Table.Read(file, TouchesTable.Schema);
        if (touches.RowCount == 0)
        {
            return FigurePlan.Empty("guest address", XTitle, Columns,
                $"The schedule {run.Head.Name} holds 0 accesses. {Verdicts.VerdictMaker.NextTime(run)}");
        }
        Slice slice = run.HeadSlice(policy);
        SpaceTimeGrid Grid(int columns, int rows)
        {
            SpaceTimeGrid grid = new(space, run.Facts, columns, rows);
            grid.AddTouches(touches);
            if (policy.Evictions.Values is { } evictions)
            {
                grid.Add(grid.Evictions, evictions[EvictionsTable.TsNs], evictions[EvictionsTable.Page], slice.EvictionRows);
            }
            if (policy.Refaults.Values is { } refaults)
            {
                grid.Add(grid.Refaults, refaults[RefaultsTable.TsNs], refaults[RefaultsTable.Page], slice.RefaultRows);
            }
            return grid;
        }
        SpaceTimeGrid large = Grid(120, 56);
        SpaceTimeGrid small = Grid(48, 32);
        FigureSeries series = new(Columns);
        AddSeries(series, large, "L");
        bool shown = run.Head.TooLittleKnown is null;
        string marks = shown ? "rings are evictions, crosses are pages that had to come back" : "evictions and refaults are not drawn, " + run.Head.TooLittleKnown;
        int cells = large.Evictions.Count(c => c > 0);
        return new FigurePlan
        {
            Short = shown ? "Rings: evictions. Crosses: refaults." : "Touches as far as this trace tells.",
            Read = $"Each cell is a stretch of guest addresses during a slice of time, stronger where touched more often; {marks}.",
            Decides = "Whether reclaim hits a passing scan or the working core: crosses inside a strong block mean the core.",
            Source = $"{Numbers.Count(touches.RowCount)} accesses of the schedule {run.Head.Name}; marks of {policy.Name}, "
                + $"the {Math.Min(MarkLimit(false), cells)} cells with most evictions of {cells}. Tones grow with the logarithm."
                + (space.Regions.Count > 1 ? " Between the bands lies no memory, or memory never touched." : ""),
            Description = "Guest address against time; tone is the number of touches, rings are evictions, crosses are refaults.",
            Series = series,
            LargeHeight = 360,
            Draw = canvas => Draw(canvas, canvas.Small ? small : large, shown),
        };
    }

    private static int MarkLimit(bool small) => small ? 48 : 160;

    private static void AddSeries(FigureSeries series, SpaceTimeGrid grid, string layout)
    {
        for (int region = 0; region < grid.Space.Regions.Count; region++)
        {
            GuestRegion place = grid.Space.Regions[region];
            int rows = grid.FirstRow(region + 1) - grid.FirstRow(region);
            for (int row = 0; row < rows; row++)
            {
                for (int c = 0; c < grid.Columns; c++)
                {
                    int cell = ((grid.FirstRow(region) + row) * grid.Columns) + c;
                    if (grid.Touches[cell] + grid.Evictions[cell] + grid.Refaults[cell] > 0)
                    {
                        series.Add(layout, Math.Round((double)c * grid.SpanNs / grid.Columns / 1e9, 6), place.Vm, place.Slot,
                            place.FirstGfn + (row * place.Pages / rows), grid.Touches[cell], grid.Evictions[cell], grid.Refaults[cell]);
                    }
                }
            }
        }
    }

    private static void Draw(Canvas canvas, SpaceTimeGrid grid, bool shown)
    {
        double left = grid.Space.Regions.Count > 1 && !canvas.Small ? 110 : canvas.Small && grid.Space.Regions.Count == 1 ? 34 : 46;
        double right = canvas.Width - 8;
        double bottom = canvas.Height - 36;
        const double Top = 26;
        const double Gap = 12;
        IReadOnlyList<GuestRegion> regions = grid.Space.Regions;
        double rowHeight = (bottom - Top - (Gap * (regions.Count - 1))) / grid.Rows;
        double columnWidth = (right - left) / grid.Columns;
        double YOf(int row)
        {
            int region = 0;
            while (region + 1 < regions.Count && row >= grid.FirstRow(region + 1))
            {
                region++;
            }
            return bottom - ((row + 1) * rowHeight) - (region * Gap);
        }
        DrawTones(canvas, grid, left, columnWidth, rowHeight, YOf);
        DrawAddressAxis(canvas, grid, left, bottom, rowHeight, Gap, YOf);
        LinearScale x = LinearScale.Exact(0, grid.SpanNs / 1e9, left, right, canvas.Small ? 4 : 8);
        Axes.Horizontal(canvas, x, bottom, XTitle);
        DrawKey(canvas, grid, right);
        if (!shown)
        {
            return;
        }
        double radius = canvas.Small ? 2 : 2.6;
        (double X, double Y) At(int cell) => (left + (((cell % grid.Columns) + 0.5) * columnWidth), YOf(cell / grid.Columns) + (rowHeight / 2));
        foreach (int cell in SpaceTimeGrid.Strongest(grid.Evictions, MarkLimit(canvas.Small)))
        {
            (double px, double py) = At(cell);
            canvas.Circle("ev", px, py, radius);
        }
        List<(double, double)[]> crosses = [];
        foreach (int cell in SpaceTimeGrid.Strongest(grid.Refaults, MarkLimit(canvas.Small)))
        {
            (double px, double py) = At(cell);
            crosses.Add([(px - radius, py - radius), (px + radius, py + radius)]);
            crosses.Add([(px - radius, py + radius), (px + radius, py - radius)]);
        }
        canvas.ManyLines("hal", crosses);
        canvas.ManyLines("rf", crosses);
    }

    private static void DrawTones(Canvas canvas, SpaceTimeGrid grid, double left, double columnWidth, double rowHeight, Func<int, double> yOf)
    {
        double max = Math.Log(1 + Math.Max(1, grid.Touches.Max()));
        for (int tone = 1; tone <= 6; tone++)
        {
            List<(double, double, double, double)> runs = [];
            for (int row = 0; row < grid.Rows; row++)
            {
                for (int c = 0; c < grid.Columns;)
                {
                    int end = c;
                    while (end < grid.Columns && ToneOf(grid.Touches[(row * grid.Columns) + end], max) == tone)
                    {
                        end++;
                    }
                    if (end > c)
                    {
                        runs.Add((left + (c * columnWidth), yOf(row), (end - c) * columnWidth, rowHeight + 0.1));
                    }
                    c = Math.Max(end, c + 1);
                }
            }
            canvas.Rectangles("h" + tone, runs);
        }
    }

    private static int ToneOf(int count, double max) => count == 0 ? 0 : Math.Clamp((int)Math.Ceiling(6 * Math.Log(1 + count) / max), 1, 6);

    private static void DrawAddressAxis(Canvas canvas, SpaceTimeGrid grid, double left, double bottom, double rowHeight, double gap, Func<int, double> yOf)
    {
        IReadOnlyList<GuestRegion> regions = grid.Space.Regions;
        if (regions.Count == 1)
        {
            double mib = regions[0].Pages / 256.0;
            LinearScale y = LinearScale.Exact(0, mib, bottom, 26, canvas.Small ? 4 : 5);
            Axes.Vertical(canvas, y, left, 0, canvas.Small ? "guest memory, MiB" : $"guest memory, MiB from gfn 0x{regions[0].FirstGfn:x}", hairlines: false);
            return;
        }
        canvas.Text("ax-t", 0, 15, canvas.Small ? "guest memory, slots" : "guest memory, a band per stretch of a memslot");
        double free = double.PositiveInfinity;
        for (int i = 0; i < regions.Count; i++)
        {
            double top = yOf(grid.FirstRow(i + 1) - 1);
            double low = yOf(grid.FirstRow(i)) + rowHeight;
            canvas.Line("ax", left, top, left, low);
            if (((top + low) / 2) + 3.6 < free - 12)
            {
                free = ((top + low) / 2) + 3.6;
                canvas.Text("tk", left - 6, free, LabelOf(regions, i, canvas.Small), TextAnchor.End);
            }
        }
    }

    private static string LabelOf(IReadOnlyList<GuestRegion> regions, int i, bool small)
    {
        GuestRegion region = regions[i];
        bool oneVm = regions.All(r => r.Vm == region.Vm);
        int vm = regions.Select(r => r.Vm).Distinct(StringComparer.Ordinal).TakeWhile(v => v != region.Vm).Count() + 1;
        string slot = oneVm ? $"slot {region.Slot}" : $"{vm}: {region.Slot}";
        return small ? slot : oneVm ? $"{slot}, 0x{region.FirstGfn:x}" : $"VM {vm}, slot {region.Slot}";
    }

    private static void DrawKey(Canvas canvas, SpaceTimeGrid grid, double right)
    {
        int max = Math.Max(1, grid.Touches.Max());
        string most = Numbers.Tick(max);
        const double Side = 8;
        double end = right - (most.Length * 10.5 * LabelBox.EmPerCharacter) - 4;
        canvas.Text("tk", right, 15, most, TextAnchor.End);
        for (int tone = 6; tone >= 1; tone--)
        {
            end -= Side;
            canvas.Rectangle("h" + tone, end, 7, Side, Side);
        }
        canvas.Text("tk", end - 4, 15, canvas.Small ? "1" : "touches in a cell, 1", TextAnchor.End);
    }
}
