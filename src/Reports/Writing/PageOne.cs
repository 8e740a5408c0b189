using System.Text;
using SecondLook.Reports.Verdicts;

namespace SecondLook.Reports.Writing;

/// <summary>Page one: verdict, trust, six numbers, four figures, limits, and the command; one screen of 1440 by 900.</summary>
internal static class PageOne
{
    private static readonly string[] Four = ["p1", "p9", "p6", "p5"];

    /// <summary>Writes the section.</summary>
    public static void Write(StringBuilder html, ReportModel report, IReadOnlyList<DrawnFigure> figures)
    {
        html.Append("<section class=\"one\" id=\"page-one\">\n<header><span class=\"brand\">SecondLook</span><span>capture <b>")
            .Append(Escape.Markup(report.Title)).Append("</b>: ").Append(HtmlText.Of(Words.Capture(report)))
            .Append("</span><span class=\"run\">").Append(HtmlText.Of(Words.Demand(report)))
            .Append(", seed ").Append(report.Run.Job.Seed).Append("</span></header>\n<h1>")
            .Append(HtmlText.Of(report.Verdict.Sentence)).Append("</h1>\n<p class=\"status\"><b>").Append(report.Verdict.StatusWords).Append(".</b> ")
            .Append(HtmlText.Of(report.Verdict.Why)).Append("</p>\n<div class=\"mid\"><div class=\"tb\">");
        WriteTrust(html, report);
        html.Append("</div><div class=\"tw\">");
        SixTable.Write(html, report);
        if (report.History is { } history && report.Run.Policies.Count <= 8)
        {
            html.Append("<p class=\"why\"><b>Generation histories.</b> ").Append(HtmlText.Of(string.Join(' ', history.Sentences.Take(report.Run.Policies.Count <= 6 ? 2 : 1)))).Append(" <a href=\"#history\">More</a>.</p>");
        }
        html.Append("</div></div>\n<div class=\"four\">\n");
        foreach (DrawnFigure figure in Four.Select(id => figures.FirstOrDefault(f => f.Id == id)).OfType<DrawnFigure>())
        {
            html.Append("<figure class=\"sm\"><h3><span class=\"id\">").Append(figure.Id.ToUpperInvariant()).Append("</span> ").Append(HtmlText.Of(figure.Title)).Append("</h3>")
                .Append(figure.Small.ToSvg(figure.Id + "T", $"{figure.Id.ToUpperInvariant()} {figure.Title}", figure.Plan.Description))
                .Append("<figcaption>").Append(HtmlText.Of(figure.Plan.Short)).Append("</figcaption></figure>\n");
        }
        html.Append("</div>\n<div class=\"foot\"><p><b>This report cannot say</b> ").Append(HtmlText.Of(ShortLimits(report)))
            .Append(" <a href=\"#limits\">All limits</a>.</p>\n<p><b>Reproduce</b> <code>").Append(Escape.Markup(Words.Reproduce(report.Run.Job)))
            .Append("</code><br><span class=\"mut\">Everything else: <code>manifest.json</code>. Figures: ")
            .AppendJoin(' ', figures.Select((f, i) => $"<a href=\"#{f.Id}\">{(i == 0 ? f.Number : f.Number[1..])}</a>"))
            .Append(", <a href=\"#calibration\">calibration</a>, <a href=\"#summary\">summary.txt</a>.</span></p></div>\n</section>\n");
    }

    private static string ShortLimits(ReportModel report)
    {
        IReadOnlyList<string> all = Limits.Of(report);
        List<string> shown = [];
        int room = 190;
        foreach (string limit in all)
        {
            room -= limit.Length + 2;
            if (room < 0)
            {
                break;
            }
            shown.Add(limit);
        }
        int left = all.Count - shown.Count;
        return string.Join("; ", shown) + (left > 0 ? $"; and {left} more." : ".");
    }

    private static void WriteTrust(StringBuilder html, ReportModel report)
    {
        string headline = report.Run.Head.TooLittleKnown is null && report.Pair?.Effect is { } effect
            ? $"the {Numbers.TrueMinus(Numbers.Fixed(effect * 100, 1))}&nbsp;%"
            : "the headline";
        html.Append("<table class=\"trust\"><caption><b>Trust.</b> Each gap, and how far it could move ").Append(headline)
            .Append(".</caption><thead><tr><th scope=\"col\">Gap</th><th scope=\"col\">Count</th><th scope=\"col\">± points</th></tr></thead><tbody>");
        foreach (TrustRow row in report.Trust)
        {
            WriteRow(html, row, "");
        }
        WriteRow(html, TrustRow.Sum(report.Trust), " class=\"sum\"");
        html.Append("</tbody></table>");
        Ruler.Write(html, report);
    }

    private static void WriteRow(StringBuilder html, TrustRow row, string style) =>
        html.Append("<tr").Append(style).Append("><th scope=\"row\">").Append(HtmlText.Of(row.Gap)).Append("</th><td>").Append(HtmlText.Of(row.Count)).Append("</td><td")
            .Append(row.Points is TrustRow.NotBounded or TrustRow.NoHeadline ? " class=\"mut\"" : "").Append('>').Append(HtmlText.Of(row.Points)).Append("</td></tr>");
}
