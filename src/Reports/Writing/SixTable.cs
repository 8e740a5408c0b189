using System.Text;
using SecondLook.Reports.Drawing;
using SecondLook.Reports.Facts;

namespace SecondLook.Reports.Writing;

/// <summary>The table of six numbers per policy with a strip in each cell: one scale a column, the baseline as an upright line.</summary>
internal static class SixTable
{
    /// <summary>Writes the table and the reasons below it.</summary>
    public static void Write(StringBuilder html, ReportModel report)
    {
        IReadOnlyList<SixNumbers> columns = SixNumbers.Of(report);
        PolicyReplay? baseline = report.Pair?.Baseline;
        string bars = report.Bootstrap.Enough ? "Thick bar: 95&nbsp;% interval; capped: range."
            : report.Run.Schedules.Count > 1 ? $"Capped bar: range, {report.Run.Schedules.Count} schedules." : "One schedule.";
        html.Append("<table class=\"six\"><caption><b>Six numbers per policy.</b> ").Append(bars);
        if (baseline is not null)
        {
            html.Append(" Upright line: baseline.");
        }
        html.Append(" Lower is better but in <i>").Append(HtmlText.Of(char.ToLowerInvariant(columns[4].Head[0]) + columns[4].Head[1..])).Append("</i>").Append(Truth(report, columns[4]))
            .Append(".</caption><thead><tr><th scope=\"col\">Policy</th>");
        foreach (SixNumbers column in columns)
        {
            html.Append("<th scope=\"col\">").Append(HtmlText.Of(column.Head)).Append("<span class=\"u\">").Append(Escape.Markup(column.Unit)).Append("</span></th>");
        }
        html.Append("</tr></thead><tbody>");
        List<string> reasons = [];
        bool references = false;
        foreach (PolicyReplay policy in report.Run.Policies)
        {
            bool first = policy.Mark.IsReference && !references && policy != report.Run.Policies[0];
            references |= policy.Mark.IsReference;
            string style = policy.Mark.IsReference ? first ? "refrow first" : "refrow" : policy.Mark.IsKey ? "key" : "";
            html.Append(style.Length > 0 ? $"<tr class=\"{style}\">" : "<tr>").Append("<th scope=\"row\">").Append(MarkOf(policy)).Append(Escape.Markup(policy.Name)).Append("</th>");
            foreach (SixNumbers column in columns)
            {
                WriteCell(html, report, column, policy, baseline, reasons);
            }
            html.Append("</tr>");
        }
        html.Append("</tbody></table><p class=\"tn\">");
        if (reasons.Count > 0)
        {
            html.Append("n/a, with the reason: ").AppendJoin(' ', reasons.Select((r, i) => $"<sup>{i + 1}</sup>&nbsp;{HtmlText.Of(r)}.")).Append(" &ensp;");
        }
        html.Append("Horizon ").Append(HtmlText.Of(Numbers.Span(report.Run.Facts.HorizonNs))).Append(". All numbers: <a href=\"#numbers\">below</a>, <code>metrics.csv</code>.</p>");
    }

    private static string Truth(ReportModel report, SixNumbers cold)
    {
        PolicyReplay policy = report.Run.Policies[0];
        return report.EstimateOf(policy, "truly_cold_bytes").Value.Value is { } truth
            ? $" (in truth {cold.Print(truth)}&nbsp;{cold.Unit})"
            : "";
    }

    private static void WriteCell(StringBuilder html, ReportModel report, SixNumbers column, PolicyReplay policy, PolicyReplay? baseline, List<string> reasons)
    {
        Estimate estimate = column.EstimateOf(report, policy);
        html.Append("<td data-l=\"").Append(Escape.Markup(char.ToLowerInvariant(column.Head[0]) + column.Head[1..] + ", " + column.Unit)).Append("\">");
        if (estimate.Value.Value is not { } value)
        {
            int number = reasons.IndexOf(estimate.Value.Why);
            if (number < 0)
            {
                number = reasons.Count;
                reasons.Add(estimate.Value.Why);
            }
            html.Append("<span class=\"n na\">n/a</span><sup>").Append(number + 1).Append("</sup></td>");
            return;
        }
        html.Append("<span class=\"n\">").Append(Numbers.TrueMinus(column.Print(value))).Append("</span>");
        WriteStrip(html, report, column, policy, baseline, estimate);
        html.Append("</td>");
    }

    private static void WriteStrip(StringBuilder html, ReportModel report, SixNumbers column, PolicyReplay policy, PolicyReplay? baseline, Estimate estimate)
    {
        List<double> all = [];
        foreach (PolicyReplay other in report.Run.Policies)
        {
            Estimate e = column.EstimateOf(report, other);
            if (e.Value.Value is { } v)
            {
                all.Add(v);
                if ((e.Interval ?? e.Range) is { } b)
                {
                    all.Add(b.Low);
                    all.Add(b.High);
                }
            }
        }
        double low = all.Min();
        double high = all.Max();
        // A column without spread is drawn in the middle of its strip.
        double X(double v) => high > low ? 5 + ((v - low) / (high - low) * 62) : 36;
        SvgCanvas canvas = new(FigureLayout.Small, 14);
        canvas.Line("gr", 3, 13.5, 69, 13.5);
        if (baseline is not null && column.EstimateOf(report, baseline).Value.Value is { } at)
        {
            canvas.Line("bs", X(at), 0, X(at), 14);
        }
        if (estimate.Interval is { } i)
        {
            canvas.Line("iv " + policy.Mark.Stroke, X(i.Low), 7, X(i.High), 7);
        }
        else if (estimate.Range is { } r && r.High > r.Low)
        {
            canvas.ManyLines("rg " + policy.Mark.Stroke, [[(X(r.Low), 7), (X(r.High), 7)], [(X(r.Low), 4), (X(r.Low), 10)], [(X(r.High), 4), (X(r.High), 10)]]);
        }
        policy.Mark.Draw(canvas, X(estimate.Value.Value!.Value), 7, 3.1);
        html.Append("<svg class=\"st\" viewBox=\"0 0 72 14\" aria-hidden=\"true\">").Append(canvas.Body).Append("</svg>");
    }

    private static string MarkOf(PolicyReplay policy)
    {
        if (policy.Mark.IsReference)
        {
            return "<span class=\"mk\"></span>";
        }
        SvgCanvas canvas = new(FigureLayout.Small, 12);
        policy.Mark.Draw(canvas, 6, 6, 4.2);
        return $"<svg class=\"mk\" viewBox=\"0 0 12 12\" aria-hidden=\"true\">{canvas.Body}</svg>";
    }
}
