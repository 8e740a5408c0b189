using System.Text;
using SecondLook.Reports.Facts;

namespace SecondLook.Reports.Writing;

/// <summary>The section that holds the model against what the kernel did, number by number.</summary>
internal static class CalibrationSection
{
    /// <summary>Writes the section; without anything to compare with it says so.</summary>
    public static void Write(StringBuilder html, ReportModel report)
    {
        html.Append("<section id=\"calibration\"><h2>Calibration</h2>\n");
        if (report.Run.Calibration.Captures.Count == 0)
        {
            html.Append("<div class=\"said\"><p>Nothing was compared: ").Append(HtmlText.Of(report.ModelError.Words))
                .Append(". A capture folder with residency files and lru_gen snapshots would tell (docs/capture.md).</p></div></section>\n");
            return;
        }
        foreach (CalibratedCapture capture in report.Run.Calibration.Captures)
        {
            WriteCapture(html, capture);
        }
        html.Append("</section>\n");
    }

    private static void WriteCapture(StringBuilder html, CalibratedCapture c)
    {
        html.Append("<div class=\"said\"><p>").Append(HtmlText.Of($"{c.Policy} replayed on {c.Name}, {(c.Accesses == "truth" ? "the guest's own accesses" : "accesses of the trace")}, mode {c.Mode}: "))
            .Append(HtmlText.Of(c.PooledJaccard is { } j
                ? $"of the pages evicted by the model {Share(c.Precision)} were evicted by the kernel (precision), of those evicted by the kernel {Share(c.Recall)} by the model (recall), Jaccard {Numbers.Fixed(j, 3)} pooled over {c.Residencies.Count} residencies. "
                : "the capture holds no residency. "))
            .Append(HtmlText.Of(c.MeanGenerationError is { } e
                ? $"Pages in another generation than in the kernel: {Numbers.Fixed(e * 100, 1)} % on average over {c.Snapshots.Count} snapshots."
                : "The capture holds no lru_gen snapshot.")).Append("</p></div>\n<div class=\"wide\">");
        if (c.Snapshots.Count > 0)
        {
            html.Append("<table class=\"plain\"><caption>Generations, by snapshot.</caption><thead><tr><th scope=\"col\">Snapshot</th><th scope=\"col\">Generation error<span class=\"u\">0 to 1</span></th><th scope=\"col\">max_seq off</th></tr></thead><tbody>");
            foreach (CalibratedSnapshot s in c.Snapshots)
            {
                html.Append("<tr><th scope=\"row\">").Append(Escape.Markup(s.Name)).Append("</th><td>").Append(Numbers.Fixed(s.GenerationError, 3)).Append("</td><td>")
                    .Append(Numbers.TrueMinus(Numbers.Count(s.MaxSeqOffset))).Append("</td></tr>");
            }
            html.Append("</tbody></table>");
        }
        if (c.Residencies.Count > 0)
        {
            html.Append("<table class=\"plain\"><caption>Evicted sets, by residency file; two empty sets count as 1.</caption><thead><tr><th scope=\"col\">Residency</th><th scope=\"col\">Kernel<span class=\"u\">pages</span></th><th scope=\"col\">Model<span class=\"u\">pages</span></th><th scope=\"col\">Both<span class=\"u\">pages</span></th><th scope=\"col\">Jaccard</th></tr></thead><tbody>");
            foreach (CalibratedResidency r in c.Residencies)
            {
                html.Append("<tr><th scope=\"row\">").Append(Escape.Markup(r.Name)).Append("</th><td>").Append(Numbers.Count(r.Real)).Append("</td><td>").Append(Numbers.Count(r.Modelled)).Append("</td><td>")
                    .Append(Numbers.Count(r.Common)).Append("</td><td>").Append(Numbers.Fixed(r.Jaccard, 3)).Append("</td></tr>");
            }
            html.Append("</tbody></table>");
        }
        if (c.Counters.Count > 0)
        {
            html.Append("<table class=\"plain\"><caption>Counters over the run.</caption><thead><tr><th scope=\"col\">Counter</th><th scope=\"col\">Kernel</th><th scope=\"col\">Model</th><th scope=\"col\">Model over kernel<span class=\"u\">%</span></th></tr></thead><tbody>");
            foreach ((string name, double[] pair) in c.Counters.OrderBy(p => p.Key, StringComparer.Ordinal).Where(p => p.Value.Length == 2))
            {
                html.Append("<tr><th scope=\"row\">").Append(Escape.Markup(name)).Append("</th><td>").Append(Numbers.Digits3(pair[0])).Append("</td><td>").Append(Numbers.Digits3(pair[1])).Append("</td><td>")
                    .Append(pair[0] > 0 ? Numbers.TrueMinus(Numbers.Fixed(100 * ((pair[1] / pair[0]) - 1), 1)) : "<span class=\"na\">n/a</span>").Append("</td></tr>");
            }
            html.Append("</tbody></table>");
        }
        html.Append("</div>\n");
    }

    private static string Share(double? share) => share is { } value ? Numbers.Fixed(value * 100, 1) + " %" : "n/a";
}
