using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;
using SecondLook.Reports.Drawing;
using SecondLook.Reports.Facts;
using SecondLook.Reports.Writing;

namespace SecondLook.Reports.Figures;

/// <summary>P10: what became of the pages that either policy took, under the one and under the other.</summary>
[CatalogEntry("p10", "flip map: outcomes of pages under the one policy against the other")]
public sealed class FlipMap : IFigure
{
    private static readonly string[] Outcomes = ["right", "false-cold", "kept"];
    private static readonly string[] Columns = ["outcome_candidate", "outcome_baseline", "pages"];

    /// <inheritdoc/>
    public string Title => "Pages whose fate flips";

    /// <inheritdoc/>
    public FigurePlan Plan(ReportModel report)
    {
        RunTables run = report.Run;
        string? missing = run.Head.TooLittleKnown is { } why ? $"Outcomes are not known: {why}. {Verdicts.VerdictMaker.NextTime(run)}"
            : report.Pair is not { } both ? "One policy was replayed, 2 are needed."
            : both.CandidateCounts.Evictions + both.BaselineCounts.Evictions == 0 ? "Neither policy evicted: 0 pages. Record reclaim, or set reclaim.demand to capacity."
            : null;
        if (missing is not null)
        {
            return FigurePlan.Empty("outcome under the baseline", "outcome under the candidate", Columns, missing);
        }
        PolicyReplay a = report.Pair!.Candidate;
        PolicyReplay b = report.Pair.Baseline;
        Dictionary<(int Pass, int Page), int> inA = Fates(run.HeadSlice(a));
        Dictionary<(int Pass, int Page), int> inB = Fates(run.HeadSlice(b));
        a.Release();
        b.Release();
        long[,] counts = new long[3, 3];
        long censored = 0;
        foreach ((int, int) key in inA.Keys.Union(inB.Keys))
        {
            int fa = inA.GetValueOrDefault(key, 2);
            int fb = inB.GetValueOrDefault(key, 2);
            if (fa < 0 || fb < 0)
            {
                censored++;
            }
            else
            {
                counts[fa, fb]++;
            }
        }
        FigureSeries series = new(Columns);
        for (int fa = 0; fa < 3; fa++)
        {
            for (int fb = 0; fb < 3; fb++)
            {
                series.Add(Outcomes[fa], Outcomes[fb], fa == 2 && fb == 2 ? null : counts[fa, fb]);
            }
        }
        return new FigurePlan
        {
            Short = "Off the diagonal: pages whose fate flips.",
            Read = $"A cell counts pages by what {a.Name} (across) and {b.Name} (up) did with them at the same reclaim pass: evicted rightly, evicted though needed again (false-cold), or kept; on the diagonal both did the same.",
            Decides = "Where the difference comes from: pages that only one policy takes, and how many of those come back.",
            Source = $"Pages taken by either, by reclaim pass, schedule {run.Head.Name}; {Numbers.Count(censored)} cannot be judged and are left out.{CausesOf(report, a)}{CausesOf(report, b)}",
            Description = "A grid of three by three counts of pages by outcome under the two policies of the verdict.",
            Series = series,
            LargeHeight = 300,
            SmallHeight = 236,
            Draw = canvas => Draw(canvas, counts, a, b),
        };
    }

    private static string CausesOf(ReportModel report, PolicyReplay policy) =>
        report.Errors[policy.Name].MainCause("false_cold") is { } cause
            ? $" Most avoidable false-cold pages of {policy.Name}: {cause}, {Numbers.Count(report.Errors[policy.Name].Of("false_cold", cause))}."
            : "";

    // 0 evicted rightly, 1 false-cold, -1 cannot be judged; a page that was not taken is 2, kept.
    private static Dictionary<(int Pass, int Page), int> Fates(Slice slice)
    {
        Dictionary<(int, int), int> fates = [];
        Table? table = slice.Policy.Evictions.Values;
        foreach (int r in slice.EvictionRows)
        {
            fates[(table![EvictionsTable.Pass][r], table[EvictionsTable.Page][r])] = table[EvictionsTable.Outcome][r] switch
            {
                "false_cold" => 1,
                "censored" => -1,
                _ => 0,
            };
        }
        return fates;
    }

    private static void Draw(Canvas canvas, long[,] counts, PolicyReplay a, PolicyReplay b)
    {
        double left = canvas.Small ? 72 : 88;
        double right = canvas.Small ? canvas.Width - 8 : 560;
        const double Top = 30;
        double bottom = canvas.Height - 44;
        double width = (right - left) / 3;
        double height = (bottom - Top) / 3;
        double most = Math.Max(1, counts.Cast<long>().Max());
        canvas.Text("ax-t", 0, 15, "under " + b.Name);
        for (int fa = 0; fa < 3; fa++)
        {
            for (int fb = 0; fb < 3; fb++)
            {
                double x = left + (fa * width);
                double y = bottom - ((fb + 1) * height);
                bool neither = fa == 2 && fb == 2;
                // The three lightest tones only, so that ink stays readable on every cell in both schemes.
                int tone = counts[fa, fb] == 0 ? 0 : Math.Clamp((int)Math.Ceiling(3 * counts[fa, fb] / most), 1, 3);
                canvas.Rectangle(neither ? "emp" : tone == 0 ? "ph" : "h" + tone, x + 1, y + 1, width - 2, height - 2);
                canvas.Text(neither ? "it mut" : fa == fb ? "lb" : "b", x + (width / 2), y + (height / 2) + 4, neither ? "not counted" : Numbers.Count(counts[fa, fb]), TextAnchor.Middle);
            }
        }
        for (int i = 0; i < 3; i++)
        {
            canvas.Text("tk", left + ((i + 0.5) * width), bottom + 15, Outcomes[i], TextAnchor.Middle);
            canvas.Text("tk", left - 6, bottom - ((i + 0.5) * height) + 4, Outcomes[i], TextAnchor.End);
        }
        canvas.Text("ax-t", right, bottom + 33, "under " + a.Name, TextAnchor.End);
    }
}
