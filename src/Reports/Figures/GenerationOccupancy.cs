using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;
using SecondLook.Reports.Drawing;
using SecondLook.Reports.Facts;
using SecondLook.Reports.Writing;

namespace SecondLook.Reports.Figures;

/// <summary>P6: how much memory sits in which generation, and how much of it is about to be used.</summary>
[CatalogEntry("p6", "generation occupancy: memory by generation over time, hot or cold by the future")]
public sealed class GenerationOccupancy : IFigure
{
    private const string XTitle = "time, s";
    private static readonly string[] Columns = ["policy", "time_s", "label", "max_seq", "seq", "pages", "hot_pages"];

    /// <inheritdoc/>
    public string Title => "What sits in which generation";

    /// <inheritdoc/>
    public FigurePlan Plan(ReportModel report)
    {
        RunTables run = report.Run;
        List<PolicyReplay> policies = [.. run.Policies.Where(p => p.Mark.IsKey && p.Generations.Rows(run.Head.Id, null).Length > 0)];
        string unit = "MiB";
        if (policies.Count == 0)
        {
            return FigurePlan.Empty("memory, MiB", XTitle, Columns, run.HeadCapacity is null
                ? "Neither policy of the verdict has generations: 0 instants. Add a policy with an MGLRU profile to the job."
                : "A capacity has no passes at which generations are printed: 0 instants. Set reclaim.demand to as-recorded.");
        }
        FigureSeries series = new(Columns);
        List<(PolicyReplay Policy, List<Instant> Instants)> panels = [];
        foreach (PolicyReplay policy in policies)
        {
            List<Instant> instants = Read(policy, run.Head.Id, run.Facts.BeginNs);
            foreach (Instant i in instants)
            {
                foreach (Stratum s in i.Strata)
                {
                    series.Add(policy.Name, Math.Round(i.Seconds, 6), i.Label, i.MaxSeq, s.Seq, s.Pages, s.Hot);
                }
            }
            panels.Add((policy, instants));
        }
        if (panels.All(p => p.Instants.All(i => i.Strata.All(s => s.Pages == 0))))
        {
            return FigurePlan.Empty("memory, MiB", XTitle, Columns, $"No data page is resident at any of {panels[0].Instants.Count} instants. {Verdicts.VerdictMaker.NextTime(run)}");
        }
        bool future = run.Head.TooLittleKnown is null;
        return new FigurePlan
        {
            Short = future ? "Strongest: hot, yet in the oldest generation." : "Tones hold for the touches known.",
            Read = $"Height is memory in a generation, oldest at the bottom; the stronger tone is memory touched again within {Numbers.Span(run.Facts.HorizonNs)}"
                + (future ? "" : " as far as this trace tells") + ", and a triangle marks each new generation.",
            Decides = "Whether aging is often enough: the strongest tone, at the bottom, is memory about to be evicted wrongly.",
            Source = $"{string.Join(" and ", policies.Select(p => p.Name))} on the schedule {run.Head.Name}, at {string.Join(" and ", panels.Select(p => Numbers.Count(p.Instants.Count)))} instants. Data pages only.",
            Description = $"Memory in {unit} stacked by generation against time, a panel per policy; tone is hot or cold by the future.",
            Series = series,
            LargeHeight = 320,
            SmallHeight = policies.Count > 1 ? 262 : 218,
            Draw = canvas => Draw(canvas, panels, run.Facts.SpanNs / 1e9),
        };
    }

    private static List<Instant> Read(PolicyReplay policy, int schedule, long beginNs)
    {
        Table table = policy.Generations.Values!;
        List<Instant> instants = [];
        foreach (int r in policy.Generations.Rows(schedule, null))
        {
            double seconds = (table[GenerationsTable.TsNs][r] - beginNs) / 1e9;
            string label = table[GenerationsTable.Label][r];
            if (instants.Count == 0 || instants[^1].Seconds != seconds || instants[^1].Label != label)
            {
                instants.Add(new Instant(seconds, label, table[GenerationsTable.MaxSeq][r], []));
            }
            instants[^1].Strata.Add(new Stratum(table[GenerationsTable.Seq][r], table[GenerationsTable.AnonPages][r], table[GenerationsTable.HotPages][r]));
        }
        foreach (Instant i in instants)
        {
            i.Strata.Sort((a, b) => a.Seq.CompareTo(b.Seq));
        }
        return instants;
    }

    private static void Draw(Canvas canvas, List<(PolicyReplay Policy, List<Instant> Instants)> panels, double seconds)
    {
        double max = Math.Max(1, panels.Max(p => p.Instants.Max(i => i.Strata.Sum(s => s.Pages)))) / 256.0;
        const double Left = 34;
        double bottomMargin = 36;
        double keyHeight = 14;
        double gap = canvas.Small ? 34 : 44;
        for (int k = 0; k < panels.Count; k++)
        {
            double width = canvas.Small ? canvas.Width - Left - 8 : (canvas.Width - 8 - Left - ((panels.Count - 1) * gap)) / panels.Count;
            double left = canvas.Small ? Left : Left + (k * (width + gap));
            double height = canvas.Small ? (canvas.Height - 30 - keyHeight - bottomMargin - ((panels.Count - 1) * gap)) / panels.Count : canvas.Height - 30 - keyHeight - bottomMargin;
            double top = 30 + keyHeight + (canvas.Small ? k * (height + gap) : 0);
            bool lowest = !canvas.Small || k == panels.Count - 1;
            LinearScale y = LinearScale.Rounded(0, max, top + height, top, canvas.Small ? 2 : 4);
            LinearScale x = LinearScale.Exact(0, seconds, left, left + width, canvas.Small || panels.Count > 1 ? 4 : 8);
            Axes.Vertical(canvas, y, left, left + width, "");
            List<Instant> shown = Thinned(panels[k].Instants, x);
            DrawStrata(canvas, shown, x, y);
            Axes.Horizontal(canvas, x, top + height, lowest && (canvas.Small || k == panels.Count - 1) ? XTitle : "", lowest ? null : _ => "");
            DrawNewGenerations(canvas, shown, x, top);
            canvas.Text("b", left + 10, top - 12, panels[k].Policy.Name);
            panels[k].Policy.Mark.Draw(canvas, left + 3, top - 16, 3.4);
        }
        canvas.Text("ax-t", 0, 11, "memory, MiB");
        DrawKey(canvas);
    }

    // More than one instant in two pixels cannot be told apart: the last of them stands for all.
    private static List<Instant> Thinned(List<Instant> instants, LinearScale x)
    {
        List<Instant> kept = [];
        for (int i = 0; i < instants.Count; i++)
        {
            int slot = (int)(x.Pixel(instants[i].Seconds) / 2);
            if (kept.Count > 0 && (int)(x.Pixel(kept[^1].Seconds) / 2) == slot)
            {
                kept[^1] = instants[i];
            }
            else
            {
                kept.Add(instants[i]);
            }
        }
        return kept;
    }

    private static void DrawStrata(Canvas canvas, List<Instant> instants, LinearScale x, LinearScale y)
    {
        List<(double, double, double, double)> bad = [];
        List<(double, double, double, double)> hot = [];
        List<(double, double, double, double)> cold = [];
        List<(double, double)[]> seams = [];
        double zero = y.Pixel(0);
        for (int i = 0; i < instants.Count; i++)
        {
            double x0 = x.Pixel(instants[i].Seconds);
            double x1 = i + 1 < instants.Count ? x.Pixel(instants[i + 1].Seconds) : x.PixelTo;
            if (x1 - x0 < 0.05)
            {
                continue;
            }
            double low = zero;
            for (int s = 0; s < instants[i].Strata.Count; s++)
            {
                Stratum stratum = instants[i].Strata[s];
                double tall = (zero - y.Pixel(stratum.Pages / 256.0)) * 1.0;
                double warm = stratum.Pages == 0 ? 0 : tall * stratum.Hot / stratum.Pages;
                if (warm > 0)
                {
                    (s == 0 ? bad : hot).Add((x0, low - warm, x1 - x0, warm));
                }
                if (tall - warm > 0)
                {
                    cold.Add((x0, low - tall, x1 - x0, tall - warm));
                }
                low -= tall;
                if (tall > 1 && s + 1 < instants[i].Strata.Count)
                {
                    seams.Add([(x0, low), (x1, low)]);
                }
            }
        }
        canvas.Rectangles("h1", cold);
        canvas.Rectangles("h3", hot);
        canvas.Rectangles("h6", bad);
        canvas.ManyLines("sep", seams);
    }

    private static void DrawNewGenerations(Canvas canvas, List<Instant> instants, LinearScale x, double top)
    {
        List<(double, double)[]> triangles = [];
        double free = double.NegativeInfinity;
        for (int i = 1; i < instants.Count; i++)
        {
            double at = x.Pixel(instants[i].Seconds);
            if (instants[i].MaxSeq > instants[i - 1].MaxSeq && at > free)
            {
                triangles.Add([(at - 3, top - 6), (at + 3, top - 6), (at, top - 1)]);
                free = at + 9;
            }
        }
        canvas.ManyLines("tri", triangles, closed: true);
    }

    private static void DrawKey(Canvas canvas)
    {
        (string Style, string Small, string Large)[] entries = [("h6", "hot, oldest", "hot, in the oldest"), ("h3", "hot", "hot, younger"), ("h1", "cold", "cold")];
        double WidthOf(string text) => 13 + (text.Length * 10.5 * LabelBox.EmPerCharacter) + 9;
        double left = canvas.Width - entries.Sum(e => WidthOf(canvas.Small ? e.Small : e.Large));
        foreach ((string style, string small, string large) in entries)
        {
            string text = canvas.Small ? small : large;
            canvas.Rectangle(style, left, 3, 9, 9);
            canvas.Text("tk", left + 13, 11, text);
            left += WidthOf(text);
        }
    }

    private sealed record Instant(double Seconds, string Label, long MaxSeq, List<Stratum> Strata);

    private readonly record struct Stratum(long Seq, long Pages, long Hot);
}
