using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;
using SecondLook.Reports.Drawing;
using SecondLook.Reports.Facts;

namespace SecondLook.Reports.Figures;

/// <summary>P9: where in the run the policies part, as refaults beyond those of OPT.</summary>
[CatalogEntry("p9", "regret timeline: refaults beyond those of OPT, added up over time")]
public sealed class RegretTimeline : IFigure
{
    private const int Steps = 160;
    private const string YTitle = "refaults beyond OPT";
    private const string XTitle = "time, s";
    private static readonly string[] Columns = ["policy", "time_s", "regret", "low", "high"];

    /// <inheritdoc/>
    public string Title => "Where in the run the policies part";

    /// <inheritdoc/>
    public FigurePlan Plan(ReportModel report)
    {
        RunTables run = report.Run;
        string? missing = run.Head.TooLittleKnown is { } why
            ? $"No refaults to print: {why}. {Verdicts.VerdictMaker.NextTime(run)}"
            : run.Reference("opt") is null ? "OPT was not replayed: 0 of 1. Add opt to the policies of the job."
            : run.Facts.SpanNs <= 0 ? "The replay has no span: 0 s." : null;
        if (missing is not null)
        {
            return FigurePlan.Empty(YTitle, XTitle, Columns, missing);
        }
        PolicyReplay opt = run.Reference("opt")!;
        List<Series> lines = [];
        foreach (PolicyReplay policy in run.Policies.Where(p => p != opt))
        {
            double[] head = Regret(run, policy, opt, run.Head.Id);
            double[] low = [.. head];
            double[] high = [.. head];
            if (policy.Mark.IsKey)
            {
                foreach (ScheduleFacts schedule in run.Schedules.Where(s => new Slice(run, policy, s.Id, run.HeadCapacity).Exists))
                {
                    double[] other = Regret(run, policy, opt, schedule.Id);
                    for (int i = 0; i <= Steps; i++)
                    {
                        low[i] = Math.Min(low[i], other[i]);
                        high[i] = Math.Max(high[i], other[i]);
                    }
                }
            }
            policy.Release();
            lines.Add(new Series(policy, head, low, high));
        }
        opt.Release();
        if (lines.All(l => l.High.Max() == 0 && l.Low.Min() == 0))
        {
            return FigurePlan.Empty(YTitle, XTitle, Columns, "No policy refaults more than OPT at any time: 0 refaults beyond it.");
        }
        double seconds = run.Facts.SpanNs / 1e9;
        FigureSeries series = new(Columns);
        foreach (Series line in lines)
        {
            for (int i = 0; i <= Steps; i++)
            {
                series.Add(line.Policy.Name, Math.Round(seconds * i / Steps, 6), line.Head[i], line.Low[i], line.High[i]);
            }
        }
        bool bands = run.Schedules.Count > 1;
        return new FigurePlan
        {
            Short = bands ? $"Lower is better; bands: {run.Schedules.Count} schedules." : "Lower is better; one schedule.",
            Read = "A line adds up the refaults that OPT would not have had; where it is steep the policy is wrong at that time.",
            Decides = "Which phase to look at with explain, and whether one event or the whole run makes the difference.",
            Source = (bands ? $"Bands for the two policies of the verdict: range over {run.Schedules.Count} schedules, not a confidence interval. " : "One schedule, so no band. ")
                + $"Line: schedule {run.Head.Name}. OPT frees {(run.HeadCapacity is null ? "as many pages at the same instants" : "pages at the same capacity")}; the line may fall where OPT pays later.",
            Description = "Cumulative refaults beyond OPT against time, a labelled line per policy, dotted for LRU.",
            Series = series,
            ShowsEffect = true,
            LargeHeight = 300,
            Draw = canvas => Draw(canvas, lines, seconds),
        };
    }

    private static double[] Regret(RunTables run, PolicyReplay policy, PolicyReplay opt, int schedule)
    {
        double[] ours = Cumulate(run, policy, schedule);
        double[] floor = Cumulate(run, opt, schedule);
        for (int i = 0; i <= Steps; i++)
        {
            ours[i] -= floor[i];
        }
        return ours;
    }

    private static double[] Cumulate(RunTables run, PolicyReplay policy, int schedule)
    {
        double[] sums = new double[Steps + 1];
        if (policy.Refaults.Values is not { } table)
        {
            return sums;
        }
        foreach (int r in policy.Refaults.Rows(schedule, run.HeadCapacity))
        {
            double share = (double)(table[RefaultsTable.TsNs][r] - run.Facts.BeginNs) / run.Facts.SpanNs;
            sums[(int)Math.Clamp(Math.Ceiling(share * Steps), 0, Steps)]++;
        }
        for (int i = 1; i <= Steps; i++)
        {
            sums[i] += sums[i - 1];
        }
        return sums;
    }

    private static void Draw(Canvas canvas, List<Series> lines, double seconds)
    {
        const double Left = 38;
        lines = ShownPolicies.Of(canvas, lines, l => l.Policy, canvas.Width - 8);
        double names = lines.Max(l => l.Policy.Name.Length) * 11.5 * LabelBox.EmPerCharacter;
        double right = canvas.Width - Math.Clamp(names + 14, 60, canvas.Width * 0.45);
        double bottom = canvas.Height - 36;
        double max = lines.Max(l => l.High.Max());
        double min = Math.Min(0, lines.Min(l => l.Low.Min()));
        LinearScale y = LinearScale.Rounded(min, Math.Max(max, min + 1), bottom, 26, canvas.Small ? 4 : 5);
        LinearScale x = LinearScale.Exact(0, seconds, Left, right, canvas.Small ? 3 : 7);
        Axes.Vertical(canvas, y, Left, right, YTitle);
        Axes.Horizontal(canvas, x, bottom, XTitle);
        foreach (Series line in lines.Where(l => l.Policy.Mark.IsKey).Reverse())
        {
            if (line.Low.Zip(line.High).Any(b => b.Second > b.First))
            {
                List<(double, double)> band = [];
                for (int i = 0; i <= Steps; i++)
                {
                    band.Add((x.Pixel(seconds * i / Steps), y.Pixel(line.High[i])));
                }
                for (int i = Steps; i >= 0; i--)
                {
                    band.Add((x.Pixel(seconds * i / Steps), y.Pixel(line.Low[i])));
                }
                canvas.Lines("band " + line.Policy.Mark.Fill, [.. band], closed: true);
            }
        }
        foreach (Series line in lines.OrderBy(l => l.Policy.Mark.IsReference ? 0 : l.Policy.Mark.IsKey ? 2 : 1))
        {
            List<(double, double)> points = [];
            for (int i = 0; i <= Steps; i++)
            {
                (double, double) point = (x.Pixel(seconds * i / Steps), y.Pixel(line.Head[i]));
                // A flat stretch needs its ends only.
                if (points.Count >= 2 && points[^1].Item2 == point.Item2 && points[^2].Item2 == point.Item2)
                {
                    points[^1] = point;
                }
                else
                {
                    points.Add(point);
                }
            }
            PolicyMark mark = line.Policy.Mark;
            canvas.Lines(mark.IsReference ? "ref" : mark.IsKey ? "ln " + mark.Stroke : "ln thin " + mark.Stroke, [.. points]);
        }
        EndLabels.Draw(canvas, [.. lines.Select(l => (l.Policy, right, y.Pixel(l.Head[Steps])))], right, bottom);
    }

    private sealed record Series(PolicyReplay Policy, double[] Head, double[] Low, double[] High);
}
