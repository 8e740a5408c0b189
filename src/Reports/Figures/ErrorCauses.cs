using SecondLook.Contracts.Catalogs;
using SecondLook.Reports.Drawing;
using SecondLook.Reports.Facts;
using SecondLook.Reports.Writing;

namespace SecondLook.Reports.Figures;

/// <summary>P3: wrong decisions by cause, evicted too early above, kept too long below.</summary>
[CatalogEntry("p3", "error causes: false-cold up, false-hot down, stacked by cause")]
public sealed class ErrorCauses : IFigure
{
    private const string Above = "false-cold, evictions";
    private const string Below = "false-hot, pages kept, all passes";
    private static readonly string[] Columns = ["policy", "side", "cause", "pages"];

    // Tones alternate in depth, so that neighbours in a stack differ in grey too.
    private static readonly (string Cause, string Style, string Words)[] Causes =
    [
        ("secondary_not_read", "h5", "KVM not asked"),
        ("one_mmu_cleared", "c1", "one MMU cleared"),
        ("tlb_hidden", "h4", "hidden by a TLB"),
        ("range_not_walked", "c2", "table not walked"),
        ("look_around", "h3", "look-around"),
        ("huge_page", "h6", "huge leaf"),
        ("batch_not_drained", "c1", "insertion batch"),
        ("generation_rounding", "c6", "generations too coarse"),
        ("unavoidable", "c7", "unavoidable"),
    ];

    /// <inheritdoc/>
    public string Title => "Error causes";

    /// <inheritdoc/>
    public FigurePlan Plan(ReportModel report)
    {
        RunTables run = report.Run;
        FigureSeries series = new(Columns);
        List<Bar> bars = [];
        foreach (PolicyReplay policy in run.Policies)
        {
            ErrorSums sums = report.Errors[policy.Name];
            foreach ((string side, string cause, long pages) in sums.Rows)
            {
                series.Add(policy.Name, side, cause, pages);
            }
            bars.Add(new Bar(policy, sums));
        }
        string? missing = run.Head.TooLittleKnown is { } why ? $"Errors are not known: {why}. {Verdicts.VerdictMaker.NextTime(run)}"
            : bars.All(b => b.Sums.Total == 0) ? "No policy decided wrongly, or nothing was reclaimed: 0 errors to charge."
            : null;
        if (missing is not null)
        {
            return FigurePlan.Empty("pages judged wrongly", "policy", Columns, missing);
        }
        return new FigurePlan
        {
            Short = "Up: taken too early. Down: kept too long.",
            Read = "Upward, evictions that were touched again within the horizon; downward, pages kept at the end of reclaim passes though nobody touched them within it; each stacked by the one cause it is charged to. The two halves have scales of their own.",
            Decides = "Which mechanism is worth mending: dark parts go away with it, the lightest part no policy of this kind avoids.",
            Source = $"Each policy is replayed again with one cause after the other repaired; an error belongs to the first repair that removes it. Schedule {run.Head.Name}. Causes add up to all errors.",
            Description = "Stacked bars by policy: false-cold decisions by cause upward, false-hot decisions downward.",
            Series = series,
            LargeHeight = 340,
            SmallHeight = 290,
            Draw = canvas => Draw(canvas, bars),
        };
    }

    private static void Draw(Canvas canvas, List<Bar> all)
    {
        double left = canvas.Small ? 44 : 62;
        double right = canvas.Width - 8;
        List<Bar> bars = ShownPolicies.Of(canvas, all, b => b.Policy, right);
        (string Cause, string Style, string Words)[] present = [.. Causes.Where(c => bars.Any(b => b.Sums.Of("false_cold", c.Cause) + b.Sums.Of("false_hot", c.Cause) > 0))];
        double top = DrawKey(canvas, present, right) + 30;
        double bottom = canvas.Height - 42;
        double half = (bottom - top - 26) / 2;
        LinearScale up = LinearScale.Rounded(0, Math.Max(1, bars.Max(b => b.Sums.Side("false_cold"))), top + half, top, canvas.Small ? 3 : 4);
        LinearScale down = LinearScale.Rounded(0, Math.Max(1, bars.Max(b => b.Sums.Side("false_hot"))), bottom - half, bottom, canvas.Small ? 3 : 4);
        Axes.Vertical(canvas, up, left, right, Above);
        foreach (double tick in down.Ticks)
        {
            canvas.Line("gr", left, down.Pixel(tick), right, down.Pixel(tick));
            canvas.Text("tk", left - 6, down.Pixel(tick) + 3.6, Numbers.Tick(tick), TextAnchor.End);
        }
        canvas.Text("ax-t", 0, bottom - half - 9, Below);
        double step = (right - left) / bars.Count;
        for (int i = 0; i < bars.Count; i++)
        {
            double middle = left + ((i + 0.5) * step);
            double width = Math.Min(44, step * 0.62);
            Stack(canvas, bars[i], "false_cold", up, middle - (width / 2), width);
            Stack(canvas, bars[i], "false_hot", down, middle - (width / 2), width);
            DrawName(canvas, bars[i].Policy, middle, bottom + 13, step);
        }
    }

    private static void Stack(Canvas canvas, Bar bar, string side, LinearScale scale, double x, double width)
    {
        double sum = 0;
        foreach ((string cause, string style, _) in Causes)
        {
            long pages = bar.Sums.Of(side, cause);
            double from = scale.Pixel(sum);
            double to = scale.Pixel(sum + pages);
            sum += pages;
            if (Math.Abs(to - from) > 0.3)
            {
                canvas.Rectangle(style, x, Math.Min(from, to), width, Math.Max(0.6, Math.Abs(to - from) - 0.8));
            }
        }
    }

    // Names stand upright below their bar, broken at underscores.
    private static void DrawName(Canvas canvas, PolicyReplay policy, double x, double y, double room)
    {
        int most = Math.Max(3, (int)(room / (10.5 * LabelBox.EmPerCharacter)));
        List<string> lines = [""];
        foreach (string word in policy.Name.Split('_'))
        {
            string joined = lines[^1].Length == 0 ? word : lines[^1] + "_" + word;
            if (joined.Length > most && lines[^1].Length > 0)
            {
                lines.Add(word);
            }
            else
            {
                lines[^1] = joined;
            }
        }
        for (int i = 0; i < Math.Min(3, lines.Count); i++)
        {
            canvas.Text(policy.Mark.IsKey ? "tk b" : "tk", x, y + (i * 12), lines[i].Length <= most ? lines[i] : lines[i][..most], TextAnchor.Middle);
        }
    }

    private static double DrawKey(Canvas canvas, (string Cause, string Style, string Words)[] present, double right)
    {
        double x = 0;
        double y = canvas.Small ? 34 : 14;
        foreach ((_, string style, string words) in present)
        {
            double width = 14 + (words.Length * 10.5 * LabelBox.EmPerCharacter) + 12;
            if (x + width > right && x > 0)
            {
                x = 0;
                y += 15;
            }
            canvas.Rectangle(style, x, y - 9, 9, 9);
            canvas.Text("tk", x + 14, y, words);
            x += width;
        }
        return y;
    }

    private sealed record Bar(PolicyReplay Policy, ErrorSums Sums);
}
