using SecondLook.Reports.Facts;

namespace SecondLook.Reports.Writing;

/// <summary>What the report cannot say: what the replay does not model, and what the report does not compute.</summary>
internal static class Limits
{
    /// <summary>Phrases, the replay's first; those of single policies name them.</summary>
    public static IReadOnlyList<string> Of(ReportModel report)
    {
        List<string> limits = [.. report.Run.Facts.NotModelled];
        foreach (PolicyReplay policy in report.Run.Policies)
        {
            limits.AddRange(policy.Facts.NotModelled.Select(l => $"{policy.Name}: {l}"));
        }
        limits.Add("proven bounds of the headline number (the order is checked over schedules only)");
        limits.Add("how far each gap of the trust box could move the headline, where it says not bounded yet");
        limits.Add("what each error is charged to (no error ledger yet)");
        limits.Add("how long vCPUs wait for a lock, what the I/O of a refault costs, or what the guest's own reclaim would do");
        return limits;
    }
}
