using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SecondLook.Reports.Drawing;
using SecondLook.Reports.Verdicts;
using SecondLook.Reports.Writing;

namespace SecondLook.Reports.Pooling;

/// <summary>A pooled comparison as text of at most 72 columns, and as JSON with keys in ordinal order.</summary>
public static class PooledText
{
    private const int Width = 72;
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The verdict in one line.</summary>
    public static string Verdict(PooledComparison c) =>
        $"{Status(c)}: {c.A} to {c.B}: {(c.Effect is { } e ? Signed(e) + " % refaults" : "no effect")} in {c.Runs.Count} {(c.Runs.Count == 1 ? "run" : "runs")}";

    /// <summary>The text for a mail.</summary>
    public static string Of(PooledComparison c)
    {
        StringBuilder text = new();
        text.Append("SecondLook compare\n").Append('-', Width).Append('\n');
        Paragraph(text, $"{c.A} against {c.B}, refaults per {(c.Runs[0].Capacity is null ? "page evicted" : "access")}, {c.Runs.Count} {(c.Runs.Count == 1 ? "run" : "runs")} pooled.");
        Paragraph(text, $"{Status(c).ToUpperInvariant()}. {c.Why}");
        if (c.Head is { } head)
        {
            Paragraph(text, $"Pooled: {Numbers.Count(head.RefaultsA)} of {Numbers.Count(head.OfA)} to {Numbers.Count(head.RefaultsB)} of {Numbers.Count(head.OfB)}"
                + (c.Effect is { } effect ? $", {Signed(effect)} %." : "."));
        }
        if (c.Spread is { } spread)
        {
            double[] known = [.. c.Effects.Where(e => e is not null).Select(e => e!.Value)];
            Paragraph(text, $"Between runs: {Signed(known.Min())} to {Signed(known.Max())} %, standard deviation {Numbers.Fixed(spread * 100, 2)} points"
                + (c.Interval is { } interval ? $", 95 % interval of the mean {Signed(interval.Low)} to {Signed(interval.High)} %." : "."));
        }
        double[] range = [.. c.Schedules.Where(s => s.Counts.Effect is not null).Select(s => s.Counts.Effect!.Value)];
        if (range.Length > 1)
        {
            Paragraph(text, $"Range over {range.Length} schedules, pooled: {Signed(range.Min())} to {Signed(range.Max())} %.");
        }
        Paragraph(text, c.ModelError is { } error ? $"Largest model error of the runs: {Numbers.Fixed(error * 100, 1)} %." : "The model's own error is not measured.");
        if (FlipsOf(c) is { } flips)
        {
            Paragraph(text, $"Fates that flip: {Flipped(flips.WrongUnderA, c.A)}; {Flipped(flips.WrongUnderB, c.B)}.");
        }
        foreach ((string policy, FateFlips between) in c.BetweenRuns)
        {
            Paragraph(text, $"Fates of {policy} that flip between the runs: {Flipped(between.WrongUnderA, Title(c, 0), "in")}; {Flipped(between.WrongUnderB, Title(c, 1), "in")}.");
        }
        foreach (string line in Words(c))
        {
            Paragraph(text, line);
        }
        text.Append('\n').Append("run                        effect %   refaults A/B    taken both/A/B\n");
        for (int i = 0; i < c.Runs.Count; i++)
        {
            ComparedRun run = c.Runs[i];
            ComparedRun.Counts? counts = run.On(run.HeadSchedule);
            string title = Escape.Ascii(run.Title);
            text.Append((title.Length > 26 ? title[..26] : title).PadRight(26)).Append(' ')
                .Append((c.Effects[i] is { } e ? Signed(e) : "n/a").PadLeft(8)).Append("   ")
                .Append((counts is { } n ? $"{n.RefaultsA}/{n.RefaultsB}" : "n/a").PadRight(15)).Append(' ')
                .Append(run.Taken is { } taken ? $"{taken.Both}/{taken.OnlyA}/{taken.OnlyB}" : "n/a").Append('\n');
        }
        return text.ToString();
    }

    /// <summary>The same for programs.</summary>
    public static string Json(PooledComparison c)
    {
        SortedDictionary<string, object?> root = new(StringComparer.Ordinal)
        {
            ["schema"] = "compare/1.0",
            ["a"] = c.A,
            ["b"] = c.B,
            ["status"] = Status(c),
            ["why"] = c.Why,
            ["effect"] = c.Effect,
            ["spread_between_runs"] = c.Spread,
            ["interval_95_between_runs"] = c.Interval is { } i ? new[] { i.Low, i.High } : null,
            ["model_error"] = c.ModelError,
            ["wrong_under_a_alone"] = FlipsOf(c)?.WrongUnderA,
            ["wrong_under_b_alone"] = FlipsOf(c)?.WrongUnderB,
            ["fates_between_runs"] = c.BetweenRuns.Select(f => new SortedDictionary<string, object?>(StringComparer.Ordinal)
            {
                ["policy"] = f.Policy,
                ["wrong_in_first_run_alone"] = f.Flips.WrongUnderA,
                ["wrong_in_second_run_alone"] = f.Flips.WrongUnderB,
            }),
            ["verdict_words"] = c.Words.Select(w => new SortedDictionary<string, object?>(StringComparer.Ordinal)
            {
                ["policy"] = w.Policy,
                ["against"] = w.Against,
                ["flips"] = w.Flips,
                ["words"] = w.Words.Select(WordOf),
            }),
            ["schedules"] = c.Schedules.Select(s => new SortedDictionary<string, object?>(StringComparer.Ordinal) { ["name"] = s.Schedule, ["effect"] = s.Counts.Effect }),
            ["runs"] = c.Runs.Select((r, n) => new SortedDictionary<string, object?>(StringComparer.Ordinal)
            {
                ["name"] = r.Title,
                ["effect"] = c.Effects[n],
                ["coverage"] = r.Coverage,
                ["refaults_a"] = r.On(r.HeadSchedule)?.RefaultsA,
                ["refaults_b"] = r.On(r.HeadSchedule)?.RefaultsB,
                ["of_a"] = r.On(r.HeadSchedule)?.OfA,
                ["of_b"] = r.On(r.HeadSchedule)?.OfB,
                ["taken_by_both"] = r.Taken?.Both,
                ["taken_by_a_alone"] = r.Taken?.OnlyA,
                ["taken_by_b_alone"] = r.Taken?.OnlyB,
            }),
        };
        return JsonSerializer.Serialize(root, Options) + "\n";
    }

    /// <summary>A verdict word, as it begins a sentence.</summary>
    internal static string WordOf(VerdictStatus status) => new Verdict(status, [], "").StatusWords;

    /// <summary>Which run says what about a policy whose word flips.</summary>
    internal static string WordsOf(PooledComparison c, VerdictWords words) =>
        string.Join(", ", words.Words.Select((w, i) => $"{WordOf(w).ToLowerInvariant()} in {Title(c, i)}"));

    // Two jobs on one capture may bear one name.
    private static string Title(PooledComparison c, int run) =>
        c.Runs.Count(r => r.Title == c.Runs[run].Title) == 1 ? c.Runs[run].Title : $"{c.Runs[run].Title} (run {run + 1})";

    private static IEnumerable<string> Words(PooledComparison c)
    {
        VerdictWords[] flips = [.. c.Words.Where(w => w.Flips)];
        foreach (VerdictWords words in flips)
        {
            yield return $"Verdict that flips: {words.Policy} against {words.Against} is {WordsOf(c, words)}.";
        }
        if (c.Words.Count > flips.Length)
        {
            yield return $"Verdicts that agree in all runs: {string.Join(", ", c.Words.Where(w => !w.Flips).Select(w => $"{w.Policy} {WordOf(w.Words[0]).ToLowerInvariant()}"))}.";
        }
    }

    private static FateFlips? FlipsOf(PooledComparison c) =>
        c.Runs.Any(r => r.Flips is null || r.TooLittleKnown is not null) ? null : c.Runs.Aggregate(FateFlips.None, (sum, run) => sum + run.Flips!);

    private static string Flipped(SortedDictionary<string, long> causes, string where, string word = "by")
    {
        string by = string.Join(", ", causes.OrderByDescending(p => p.Value).ThenBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key} {Numbers.Count(p.Value)}"));
        return $"{Numbers.Count(causes.Values.Sum())} pages are taken too early {word} {where} alone{(by.Length > 0 ? $" ({by})" : "")}";
    }

    private static string Status(PooledComparison c) => WordOf(c.Status);

    private static string Signed(double share) => (share > 0 ? "+" : "") + Numbers.Fixed(share * 100, 1);

    private static void Paragraph(StringBuilder text, string words)
    {
        foreach (string line in EmptyFrame.Wrap(Escape.Ascii(words), Width))
        {
            text.Append(line).Append('\n');
        }
    }
}
