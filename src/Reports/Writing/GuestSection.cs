using System.Text;
using SecondLook.Reports.Facts;

namespace SecondLook.Reports.Writing;

/// <summary>The section that says how much memory the guest used and how much it left alone, whatever the policy.</summary>
internal static class GuestSection
{
    /// <summary>Writes the section, or nothing.</summary>
    public static void Write(StringBuilder html, ReportModel report)
    {
        if (report.Run.Facts.GuestWorkingSet is not { } guest || report.Run.Head.FromTruth)
        {
            return;
        }
        html.Append("<section id=\"guest\"><h2>What the guest used</h2>\n<div class=\"wide\"><table class=\"plain\"><caption>")
            .Append(HtmlText.Of($"Pages at an age of {Numbers.Span(guest.AgeNs)}, mean of {guest.Instants} instants right after harvests. Proven: no placement of the accesses gives less or more. Over schedules: a range, no confidence interval. Expected: over all placements at the fitted activity of the guest, chosen in part, not exact."))
            .Append("</caption><thead><tr><th scope=\"col\">Pages</th><th scope=\"col\">Expected</th><th scope=\"col\">Proven</th><th scope=\"col\">Over schedules</th></tr></thead><tbody>");
        foreach ((string words, GuestAmount pages) in new[] { ("used within the age (working set)", guest.UsedPages), ("used before, not within it (cold)", guest.ColdPages) })
        {
            html.Append("<tr><th scope=\"row\">").Append(words).Append("</th><td>")
                .Append(pages.Expected is { } expected ? Whole(expected) : "<span class=\"na\" title=\"coverage below 80 %, or more than a million intervals\">n/a</span>")
                .Append("</td><td>").Append(Whole(pages.Low)).Append(" to ").Append(Whole(pages.High))
                .Append("</td><td>").Append(Whole(pages.Least)).Append(" to ").Append(Whole(pages.Most)).Append("</td></tr>");
        }
        html.Append("</tbody></table></div></section>\n");
    }

    private static string Whole(double pages) => Numbers.Count((long)Math.Round(pages));
}
