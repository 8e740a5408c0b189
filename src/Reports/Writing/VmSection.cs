using System.Text;
using SecondLook.Contracts.Tables;
using SecondLook.Reports.Facts;

namespace SecondLook.Reports.Writing;

/// <summary>The section that says who paid: evictions and refaults of each VM under each policy. Only where there are several.</summary>
internal static class VmSection
{
    /// <summary>Writes the section, or nothing.</summary>
    public static void Write(StringBuilder html, ReportModel report)
    {
        RunTables run = report.Run;
        PolicyReplay? first = run.Policies.FirstOrDefault(p => Rows(run, p).Length > 0);
        if (first is null)
        {
            return;
        }
        string[] vms = [.. Rows(run, first).Select(r => first.Vms.Values![VmTotalsTable.Vm][r])];
        bool own = run.Job.Reclaim.Memcgs == Contracts.Jobs.ReclaimSection.PerVm;
        html.Append("<section id=\"vms\"><h2>Who paid</h2>\n<div class=\"wide\"><table class=\"plain\"><caption>Pages evicted, and pages that had to come back, by VM, on the schedule ")
            .Append(Escape.Markup(run.Head.Name)).Append(own
                ? ". Each VM has a cgroup of its own and the machine is full: what a policy does not see used in one shows as evictions there, and as memory kept in the others."
                : ". All VMs share one cgroup.").Append(" A star marks memory that only the host uses.</caption><thead><tr><th scope=\"col\">Policy</th>");
        foreach (int r in Rows(run, first))
        {
            Table table = first.Vms.Values!;
            html.Append("<th scope=\"col\">").Append(Escape.Markup(table[VmTotalsTable.Vm][r])).Append(table[VmTotalsTable.HostOnly][r] ? " *" : "").Append("<span class=\"u\">of ")
                .Append(Numbers.Count(table[VmTotalsTable.Footprint][r])).Append(" pages</span></th>");
        }
        html.Append("</tr></thead><tbody>");
        foreach (PolicyReplay policy in run.Policies)
        {
            html.Append("<tr><th scope=\"row\">").Append(Escape.Markup(policy.Name)).Append("</th>");
            foreach (string vm in vms)
            {
                int[] row = [.. Rows(run, policy).Where(r => policy.Vms.Values![VmTotalsTable.Vm][r] == vm)];
                html.Append("<td>").Append(row.Length == 0
                    ? "<span class=\"na\">n/a</span>"
                    : $"{Numbers.Count(policy.Vms.Values![VmTotalsTable.Evictions][row[0]])}, {Numbers.Count(policy.Vms.Values[VmTotalsTable.Refaults][row[0]])} back").Append("</td>");
            }
            html.Append("</tr>");
        }
        html.Append("</tbody></table></div></section>\n");
    }

    private static int[] Rows(RunTables run, PolicyReplay policy) => [.. policy.Vms.Rows(run.Head.Id, run.HeadCapacity)];
}
