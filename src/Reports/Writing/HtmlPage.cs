using System.Text;
using SecondLook.Contracts.Catalogs;
using SecondLook.Reports.Facts;

namespace SecondLook.Reports.Writing;

/// <summary>The report as one self-contained page: no script, nothing loaded from elsewhere, every string of a trace escaped.</summary>
internal static class HtmlPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="report">The numbers.</param>
    /// <param name="figures">The figures.</param>
    /// <param name="mail">Text of <c>summary.txt</c>.</param>
    public static string Of(ReportModel report, IReadOnlyList<DrawnFigure> figures, string mail)
    {
        StringBuilder html = new(400_000);
        html.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">")
            .Append("<meta name=\"color-scheme\" content=\"light dark\"><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>SecondLook: ")
            .Append(Escape.Markup(report.Title)).Append("</title><style>").Append(StyleSheet.OfPage).Append("</style></head><body>\n<main>\n");
        PageOne.Write(html, report, figures);
        WriteHistory(html, report);
        VmSection.Write(html, report);
        GuestSection.Write(html, report);
        WriteFigures(html, figures);
        CalibrationSection.Write(html, report);
        WriteNumbers(html, report);
        WriteTrace(html, report);
        html.Append("<section id=\"limits\"><h2>What this report cannot say</h2><ul>\n");
        foreach (string limit in Limits.Of(report))
        {
            html.Append("<li>").Append(HtmlText.Of(limit)).Append("</li>\n");
        }
        html.Append("</ul></section>\n<section><h2>summary.txt</h2>\n<figure id=\"summary\"><div class=\"art\"><pre>").Append(Escape.Markup(mail))
            .Append("</pre></div>\n<figcaption><h3>Ready for a mail</h3><p>72 columns, ASCII, fixed decimals, stable order. It opens with the sentence of page one and ends with the command that makes it again.</p></figcaption></figure></section>\n");
        WriteWords(html);
        return html.Append("</main></body></html>\n").ToString();
    }

    private static void WriteHistory(StringBuilder html, ReportModel report)
    {
        if (report.History is not { } history)
        {
            return;
        }
        html.Append("<section id=\"history\"><h2>How the generation histories differ</h2>\n<div class=\"said\">");
        foreach (string sentence in history.Sentences)
        {
            html.Append("<p>").Append(HtmlText.Of(sentence)).Append("</p>");
        }
        html.Append("</div></section>\n");
    }

    private static void WriteFigures(StringBuilder html, IReadOnlyList<DrawnFigure> figures)
    {
        html.Append("<section id=\"figures\"><h2>Figures</h2>\n");
        foreach (DrawnFigure figure in figures)
        {
            string name = $"{figure.Number} {figure.Title}";
            html.Append("<figure id=\"").Append(figure.Id).Append("\"><div class=\"art\">")
                .Append(figure.Large.ToSvg(figure.Id + "L", name, figure.Plan.Description))
                .Append(figure.Small.ToSvg(figure.Id + "S", name, figure.Plan.Description))
                .Append("</div>\n<figcaption><h3><span class=\"id\">").Append(figure.Number).Append("</span> ").Append(HtmlText.Of(figure.Title))
                .Append("</h3><p><b>Read.</b> ").Append(HtmlText.Of(figure.Plan.Read)).Append("</p><p><b>Decides.</b> ").Append(HtmlText.Of(figure.Plan.Decides))
                .Append("</p><p class=\"src\">").Append(HtmlText.Of(figure.Plan.Source)).Append(figure.Plan.Missing is null ? " Series: <code>figures/" : " No series; the reason stands in <code>figures/")
                .Append(figure.Number).Append(".csv</code></p></figcaption></figure>\n");
        }
        html.Append("</section>\n");
    }

    private static void WriteNumbers(StringBuilder html, ReportModel report)
    {
        Catalog<IMetric> catalog = ReportCatalog.Metrics;
        html.Append("<section id=\"numbers\"><h2>All numbers</h2>\n<div class=\"wide\"><table class=\"plain\"><caption>Schedule ").Append(Escape.Markup(report.Run.Head.Name))
            .Append(", demand ").Append(HtmlText.Of(Words.Demand(report))).Append(". Every schedule and capacity: <code>metrics.csv</code>, <code>metrics.parquet</code>.</caption><thead><tr><th scope=\"col\">Metric</th><th scope=\"col\" class=\"t\">Unit</th>");
        foreach (PolicyReplay policy in report.Run.Policies)
        {
            html.Append("<th scope=\"col\">").Append(Escape.Markup(policy.Name)).Append("</th>");
        }
        html.Append("</tr></thead><tbody>");
        foreach (string metric in catalog.Names)
        {
            html.Append("<tr><th scope=\"row\" title=\"").Append(Escape.Markup(catalog.SummaryOf(metric))).Append("\">").Append(metric).Append("</th><td class=\"t mut\">")
                .Append(Escape.Markup(catalog.Create(metric).Unit)).Append("</td>");
            foreach (PolicyReplay policy in report.Run.Policies)
            {
                MetricValue value = report.Metrics.Value(policy.Name, metric, report.Run.Head.Id, report.Run.HeadCapacity);
                html.Append("<td>").Append(value.Value is { } number
                    ? Numbers.TrueMinus(Numbers.Digits3(number))
                    : $"<span class=\"na\" title=\"{Escape.Markup(value.Why)}\">n/a</span>").Append("</td>");
            }
            html.Append("</tr>");
        }
        html.Append("</tbody></table></div></section>\n");
    }

    private static void WriteTrace(StringBuilder html, ReportModel report)
    {
        TraceFacts trace = report.Run.Trace;
        html.Append("<section id=\"trace\"><h2>The trace</h2>\n<div class=\"wide\"><table class=\"plain\"><caption>").Append(HtmlText.Of($"{Numbers.Count(trace.EventCount)} events kept, by tracepoint; what the aging calls answered; everything odd about the input."))
            .Append("</caption><thead><tr><th scope=\"col\">What</th><th scope=\"col\">Count</th><th scope=\"col\" class=\"t\">Note</th></tr></thead><tbody>");
        foreach ((string kind, long count) in trace.Events)
        {
            html.Append("<tr><th scope=\"row\">").Append(Escape.Markup(kind)).Append("</th><td>").Append(Numbers.Count(count)).Append("</td><td></td></tr>");
        }
        foreach ((string answer, long count) in trace.Answers.Where(a => a.Value != 0))
        {
            html.Append("<tr><th scope=\"row\">answers: ").Append(Escape.Markup(answer)).Append("</th><td>").Append(Numbers.Count(count)).Append("</td><td></td></tr>");
        }
        foreach (ContradictoryFacts found in report.Run.Facts.ContradictoryInput)
        {
            html.Append("<tr><th scope=\"row\">contradictory: ").Append(Escape.Markup(found.Class)).Append("</th><td>").Append(Numbers.Count(found.Count)).Append("</td><td class=\"t mut\">")
                .Append(found.First.Count > 0 ? $"first at event {Numbers.Count(found.First[0].Event)}" : "").Append("</td></tr>");
        }
        foreach (UnmetDemand unmet in report.Run.Unmet)
        {
            html.Append("<tr><th scope=\"row\">not met: ").Append(Escape.Markup($"{unmet.Policy}, {unmet.Action}, {unmet.Error}")).Append("</th><td>").Append(Numbers.Count(unmet.Count)).Append("</td><td class=\"t mut\">")
                .Append(HtmlText.Of($"{Numbers.Count(unmet.Wanted)} pages asked for, {Numbers.Count(unmet.Got)} given")).Append("</td></tr>");
        }
        foreach (TraceOddity oddity in trace.Oddities.Values)
        {
            html.Append("<tr><th scope=\"row\">").Append(Escape.Markup(oddity.Id)).Append("</th><td>").Append(Numbers.Count(oddity.Count)).Append("</td><td class=\"t mut\">")
                .Append(Escape.Markup(oddity.Note)).Append("</td></tr>");
        }
        html.Append("</tbody></table></div></section>\n");
    }

    private static void WriteWords(StringBuilder html) => html.Append("""
        <section id="words"><h2>Words that carry the weight</h2>
        <dl><dt>Supported</dt><dd>The order of the two policies holds over every schedule, the effect is above the model's error, and its interval does not touch zero.</dd>
        <dt>Undecidable from this trace</dt><dd>It does not, or too little of the trace is known. The sentence then names the event to add.</dd>
        <dt>Below model error</dt><dd>The effect is smaller than what the calibration replay gets wrong. The number stays, in the quiet tone.</dd>
        <dt>Too short for an interval</dt><dd>Fewer than 20 independent blocks. The estimate stands alone, without brackets.</dd>
        <dt>[a, b]</dt><dd>A 95 % interval over blocks of the trace. In drawings a thick bar without caps, a box, or a band.</dd>
        <dt>a to b over schedules</dt><dd>A range over where accesses may have fallen inside their harvest intervals, not a confidence interval. In drawings a thin bar with caps, or a band that its caption calls a range.</dd>
        <dt>Coverage</dt><dd>Share of resident page-time that lies in intervals of known outcome. Below 80 % there is no ranking and no miss count.</dd>
        <dt>± points</dt><dd>The largest change to the effect found when the gap is filled in other ways. For damage, the same is done to the trace again at sixteen other places: stated is twice the largest change for losses with a mark, 2.5 times for disorder; losses without a mark are put back as often, and stated is three times the change that one replay in eight exceeds. Emulation is held against a cache of 1536 and of 64 translations a vCPU, the open loop against guests that wait 0.1 ms for each refault.</dd>
        <dt>Exact at the harvest grain</dt><dd>Each touch stands at the harvest that reveals it and every outcome is known: nothing in the number is chosen. In <code>metrics.csv</code> as kind, with proven bounds for the decisions taken.</dd></dl></section>

        """);
}
