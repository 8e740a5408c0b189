using System.Text;
using SecondLook.Reports.Drawing;
using SecondLook.Reports.Facts;
using SecondLook.Reports.Verdicts;

namespace SecondLook.Reports.Writing;

/// <summary>The report as a mail: 72 columns, ASCII, fixed decimals, stable order.</summary>
internal static class SummaryText
{
    /// <summary>Width of a line, characters.</summary>
    public const int Width = 72;

    /// <summary>Writes the text.</summary>
    public static string Of(ReportModel report)
    {
        StringBuilder text = new();
        text.Append("SecondLook summary\n");
        Block(text, "capture", $"{report.Title}: {Words.Capture(report)}");
        Block(text, "demand", $"{Words.Demand(report)}, schedule {report.Run.Head.Name} heads {report.Run.Schedules.Count}");
        text.Append('-', Width).Append('\n');
        Block(text, "VERDICT", report.Verdict.Text);
        Block(text, "", $"{report.Verdict.StatusWords.ToUpperInvariant()}. {report.Verdict.Why}");
        if (report.History is { } history)
        {
            Block(text, "HISTORY", string.Join(' ', history.Sentences));
        }
        Block(text, "TRUST", string.Join(" | ", report.Trust.Select(r => $"{Lower(r.Gap)} {r.Count}")));
        if (report.Run.Trace.Oddities.Count > 0)
        {
            Block(text, "", "Of the input: " + string.Join(", ", report.Run.Trace.Oddities.Values.Select(o => $"{o.Id} {Numbers.Count(o.Count)}")) + ".");
        }
        Block(text, "", $"All gaps together: {TrustRow.Sum(report.Trust).Points}.");
        text.Append('\n');
        Numbers6(text, report);
        text.Append('\n');
        Calibration(text, report);
        Block(text, "CANNOT SAY", string.Join("; ", Limits.Of(report)) + ".");
        Block(text, "REPRODUCE", Words.Reproduce(report.Run.Job));
        return text.ToString();
    }

    private static void Numbers6(StringBuilder text, ReportModel report)
    {
        IReadOnlyList<SixNumbers> columns = SixNumbers.Of(report);
        int[] widths = [.. columns.Select(c => Math.Max(c.Brief.Length, report.Run.Policies.Max(p => c.Cell(c.EstimateOf(report, p)).Length)) + 1)];
        int name = Width - widths.Sum();
        text.Append("policy".PadRight(name));
        for (int i = 0; i < columns.Count; i++)
        {
            text.Append(columns[i].Brief.PadLeft(widths[i]));
        }
        text.Append('\n');
        foreach (PolicyReplay policy in report.Run.Policies)
        {
            string shown = Escape.Ascii(policy.Name);
            text.Append((shown.Length < name ? shown : shown[..(name - 1)]).PadRight(name));
            for (int i = 0; i < columns.Count; i++)
            {
                text.Append(columns[i].Cell(columns[i].EstimateOf(report, policy)).PadLeft(widths[i]));
            }
            text.Append('\n');
        }
        Block(text, "", $"unit of aging work: {columns[5].Unit}; refaults in {columns[0].Unit}; horizon {Numbers.Span(report.Run.Facts.HorizonNs)}, cold at {Numbers.Span(report.Run.Facts.ColdAgeNs)}.", indent: 0);
        List<string> spreads = [];
        foreach (PolicyReplay policy in report.Run.Policies)
        {
            Estimate estimate = columns[0].EstimateOf(report, policy);
            if (estimate.Interval is { } interval)
            {
                spreads.Add($"{policy.Name} [{columns[0].Print(interval.Low)}, {columns[0].Print(interval.High)}]");
            }
            else if (estimate.Range is { } range)
            {
                spreads.Add($"{policy.Name} {columns[0].Print(range.Low)} to {columns[0].Print(range.High)}");
            }
        }
        if (spreads.Count > 0)
        {
            Block(text, "", $"refaults, {(report.Bootstrap.Enough ? "95% intervals" : "range over schedules")}: {string.Join("; ", spreads)}.", indent: 0);
        }
        List<string> reasons = [.. columns.SelectMany(c => report.Run.Policies.Select(p => c.EstimateOf(report, p).Value.Why)).Where(w => w.Length > 0).Distinct(StringComparer.Ordinal)];
        if (reasons.Count > 0)
        {
            Block(text, "", "n/a: " + string.Join("; ", reasons) + ".", indent: 0);
        }
    }

    private static void Calibration(StringBuilder text, ReportModel report)
    {
        if (report.ModelError.Capture is not { } capture)
        {
            Block(text, "CALIBRATION", "not measured: " + report.ModelError.Words + ".");
            return;
        }
        List<string> words = [$"{capture.Policy} on {(capture.Accesses == "truth" ? "the guest's own accesses" : "accesses of the trace")}, mode {capture.Mode}"];
        if (capture.PooledJaccard is { } j)
        {
            words.Add($"evicted sets: precision {Share(capture.Precision)}, recall {Share(capture.Recall)}, J {Numbers.Fixed(j, 3)} pooled over {capture.Residencies.Count}");
        }
        if (capture.MeanGenerationError is { } error)
        {
            words.Add($"generation error {Numbers.Fixed(error, 3)} mean of {capture.Snapshots.Count}");
        }
        foreach ((string counter, double[] pair) in capture.Counters.OrderBy(c => c.Key, StringComparer.Ordinal).Where(c => c.Value.Length == 2))
        {
            words.Add($"{counter} {Numbers.Digits3(pair[0])} real, {Numbers.Digits3(pair[1])} model");
        }
        Block(text, "CALIBRATION", string.Join("; ", words) + ".");
    }

    private static string Share(double? share) => share is { } value ? Numbers.Fixed(value, 3) : "n/a";

    private static string Lower(string gap) => char.ToLowerInvariant(gap[0]) + gap[1..];

    private static void Block(StringBuilder text, string head, string body, int indent = 9)
    {
        string pad = new(' ', indent);
        bool first = true;
        string label = head.Length == 0 ? "" : head.Length < 9 ? head.PadRight(9) : head + " ";
        foreach (string line in EmptyFrame.Wrap((head.Length >= 9 ? label : "") + Escape.Ascii(body), Width - indent))
        {
            text.Append(first && head.Length is > 0 and < 9 ? label : first && head.Length >= 9 ? "" : pad);
            text.Append(first && head.Length >= 9 ? line : line).Append('\n');
            first = false;
        }
    }
}
