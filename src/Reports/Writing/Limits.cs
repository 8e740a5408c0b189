using SecondLook.Reports.Facts;

namespace SecondLook.Reports.Writing;

/// <summary>What the report cannot say: what the replay does not model, and what the report does not compute.</summary>
internal static class Limits
{
    /// <summary>Phrases, the replay's first; those of single policies name them.</summary>
    public static IReadOnlyList<string> Of(ReportModel report)
    {
        // What a policy could not do is said before what the model does not do.
        List<string> limits = [.. report.Run.Unmet.Select(u => u.Words), .. report.Run.Facts.NotModelled];
        foreach (PolicyReplay policy in report.Run.Policies)
        {
            limits.AddRange(policy.Facts.NotModelled.Select(l => $"{policy.Name}: {l}"));
        }
        limits.Add("proven bounds hold for the decisions taken; other accesses would have led to other decisions, and for those only the schedules speak");
        limits.Add("how long vCPUs wait for a lock, what the I/O of a refault costs, or what the guest's own reclaim would do");
        return limits;
    }
}
