using SecondLook.Contracts.Catalogs;
using SecondLook.Reports.Drawing;
using SecondLook.Reports.Facts;
using SecondLook.Reports.Writing;

namespace SecondLook.Reports.Figures;

/// <summary>P11: what each mechanism earns, and which pairs do more or less than their parts.</summary>
[CatalogEntry("p11", "ablation tornado: change in refaults with each mechanism switched off")]
public sealed class AblationTornado : IFigure
{
    private const int MostPairs = 6;
    private const string YTitle = "mechanism switched off";
    private const string XTitle = "change in refaults, %";

    private static readonly string[] Columns =
    [
        "policy", "mechanism", "change_percent", "low", "high", "schedules_low", "schedules_high",
        "interaction_percent", "interaction_low", "interaction_high", "interaction_schedules_low", "interaction_schedules_high",
    ];

    /// <inheritdoc/>
    public string Title => "What each mechanism earns";

    /// <inheritdoc/>
    public FigurePlan Plan(ReportModel report)
    {
        AblationFacts facts = report.Run.Ablation;
        string? missing = report.Run.Head.TooLittleKnown is { } why ? $"No refaults to compare: {why}. {Verdicts.VerdictMaker.NextTime(report.Run)}"
            : facts.Policy.Length == 0 ? "No mechanism was switched off: 0 replays. A thorough run (--thorough) of a job with an MGLRU policy does it, singly and in pairs."
            : null;
        if (missing is not null)
        {
            return FigurePlan.Empty(YTitle, XTitle, Columns, missing);
        }
        FigureSeries series = new(Columns);
        IReadOnlyList<AblationEffect> effects = facts.Effects(report.Run.HeadCapacity is null, report.Blocks, report.Bootstrap);
        foreach (AblationEffect e in effects)
        {
            series.Add(facts.Policy, e.Without, Percent(e.Effect), Percent(e.Interval?.Low), Percent(e.Interval?.High), Percent(e.Range?.Low), Percent(e.Range?.High),
                Percent(e.Interaction), Percent(e.InteractionInterval?.Low), Percent(e.InteractionInterval?.High), Percent(e.InteractionRange?.Low), Percent(e.InteractionRange?.High));
        }
        foreach (string idle in facts.Idle)
        {
            series.Add(facts.Policy, idle, null, null, null, null, null, null, null, null, null, null);
        }
        Row[] singles = [.. effects.Where(e => !e.IsPair && e.Effect is not null)
            .Select(e => new Row(e.Without, e.Effect!.Value, e.Interval, e.Range)).OrderByDescending(r => Math.Abs(r.Value)).ThenBy(r => r.Name, StringComparer.Ordinal)];
        Row[] pairs = [.. effects.Where(e => e is { IsPair: true, Interaction: not null })
            .Select(e => new Row(e.Without, e.Interaction!.Value, e.InteractionInterval, e.InteractionRange))
            .OrderByDescending(r => Math.Abs(r.Value)).ThenBy(r => r.Name, StringComparer.Ordinal).Take(MostPairs)];
        if (singles.Length == 0)
        {
            return FigurePlan.Empty(YTitle, XTitle, Columns, $"{facts.Policy} has no refaults with every mechanism at work, so there is nothing to compare with.");
        }
        string idleText = facts.Idle.Count == 0 ? "" : $" Not at work here, so not switched off: {string.Join(", ", facts.Idle)}.";
        string interval = report.Bootstrap.Enough ? "thick: 95 % over blocks of the trace; " : "the trace is too short for an interval over blocks; ";
        return new FigurePlan
        {
            Short = "Right: refaults grow without it.",
            Read = "A bar is one mechanism of " + facts.Policy + " switched off: to the right its loss costs refaults, to the left it spares some. Below, pairs: what both cost beyond the sum of each alone.",
            Decides = "Which mechanism earns its keep on this workload, and which lean on each other.",
            Source = $"{effects.Count + 1} variants on {facts.Schedules} schedules (pairs: the quick set); {interval}thin: range over schedules, not a confidence interval.{idleText} All pairs are in the CSV.",
            Description = "Horizontal bars: change in refaults for each mechanism switched off, then for pairs the change beyond the sum of their parts.",
            Series = series,
            LargeHeight = 96 + ((singles.Length + pairs.Length) * 22),
            SmallHeight = 90 + (singles.Length * 24),
            Draw = canvas => Draw(canvas, singles, canvas.Small ? [] : pairs),
        };
    }

    private static double? Percent(double? share) => share * 100;

    private static void Draw(Canvas canvas, Row[] singles, Row[] pairs)
    {
        Row[] all = [.. singles, .. pairs];
        double left = Math.Clamp((all.Max(r => r.Name.Length) * 11.5 * LabelBox.EmPerCharacter) + 14, 60, canvas.Width * 0.45);
        double right = canvas.Width - (canvas.Small ? 8 : 64);
        double bottom = canvas.Height - 36;
        double low = Math.Min(0, all.Min(r => r.Lowest)) * 100;
        double high = Math.Max(0, all.Max(r => r.Highest)) * 100;
        if (high - low < 1e-9)
        {
            high = 1;
        }
        LinearScale x = LinearScale.Rounded(low, high, left, right, canvas.Small ? 3 : 6);
        const double Top = 26;
        double gap = pairs.Length > 0 ? 20 : 0;
        double step = (bottom - Top - gap) / all.Length;
        canvas.Text("ax-t", 0, 14, YTitle);
        double zero = x.Pixel(0);
        canvas.Line("ax", zero, Top, zero, bottom);
        for (int i = 0; i < all.Length; i++)
        {
            Row row = all[i];
            double y = Top + (i >= singles.Length ? gap : 0) + ((i + 0.5) * step);
            if (i == singles.Length)
            {
                canvas.Text("ax-t", 0, y - (step / 2) - 4, "pairs: beyond the sum of their parts");
            }
            double at = x.Pixel(row.Value * 100);
            canvas.Rectangle(i < singles.Length ? "c3" : "c4", Math.Min(at, zero), y - 6, Math.Max(0.8, Math.Abs(at - zero)), 12);
            if (row.Range is { } range)
            {
                canvas.Line("cap", x.Pixel(range.Low * 100), y, x.Pixel(range.High * 100), y);
            }
            if (row.Interval is { } interval)
            {
                canvas.Line("iv s0", x.Pixel(interval.Low * 100), y, x.Pixel(interval.High * 100), y);
            }
            canvas.Text(i < singles.Length ? "lb" : "mut", left - 8, y + 4, row.Name, TextAnchor.End);
            if (!canvas.Small)
            {
                canvas.Text("tk", canvas.Width, y + 4, (row.Value > 0 ? "+" : "") + Numbers.TrueMinus(Numbers.Fixed(row.Value * 100, 1)), TextAnchor.End);
            }
        }
        Axes.Horizontal(canvas, x, bottom, XTitle);
    }

    private sealed record Row(string Name, double Value, (double Low, double High)? Interval, (double Low, double High)? Range)
    {
        public double Lowest => Math.Min(Value, Math.Min(Interval?.Low ?? Value, Range?.Low ?? Value));

        public double Highest => Math.Max(Value, Math.Max(Interval?.High ?? Value, Range?.High ?? Value));
    }
}
