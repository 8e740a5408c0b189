using SecondLook.Contracts.Tables;
using SecondLook.Reports.Writing;

namespace SecondLook.Reports.Facts;

/// <summary>Demands of one kind that a policy could not meet on the head schedule, at the head capacity.</summary>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Action">Kind of demand; <c>fault</c> for pages that found no room under the limit.</param>
/// <param name="Error">What the kernel answers.</param>
/// <param name="Count">How often.</param>
/// <param name="AfterNs">When first, ns after the begin of the trace.</param>
/// <param name="Wanted">Pages asked for.</param>
/// <param name="Got">Pages given.</param>
public sealed record UnmetDemand(string Policy, string Action, string Error, long Count, long AfterNs, long Wanted, long Got)
{
    /// <summary>All of a run, by policy.</summary>
    public static IReadOnlyList<UnmetDemand> Of(RunTables run)
    {
        List<UnmetDemand> all = [];
        foreach (PolicyReplay policy in run.Policies)
        {
            foreach (int r in policy.DemandErrors.Rows(run.Head.Id, run.HeadCapacity))
            {
                Table table = policy.DemandErrors.Values!;
                all.Add(new UnmetDemand(
                    policy.Name, table[DemandErrorsTable.Action][r], table[DemandErrorsTable.Error][r], table[DemandErrorsTable.Count][r],
                    table[DemandErrorsTable.FirstNs][r] - run.Facts.BeginNs, table[DemandErrorsTable.Wanted][r], table[DemandErrorsTable.Got][r]));
            }
        }
        return all;
    }

    /// <summary>What it means, one phrase.</summary>
    public string Words => Action == "fault"
        ? $"{Policy}: {Numbers.Count(Wanted)} pages found no room under the limit ({Error}, first after {Numbers.Span(AfterNs)}); its kernel's OOM killer would end the VM there, and the numbers are those of that much more memory"
        : Wanted > 0
            ? $"{Policy}: demands of kind {Action} asked {Numbers.Count(Count)} times for {Numbers.Count(Wanted)} pages and got {Numbers.Count(Got)} (answer {Error}, first after {Numbers.Span(AfterNs)})"
            : $"{Policy}: its kernel refuses {Numbers.Count(Count)} commands of kind {Action} ({Error}, first after {Numbers.Span(AfterNs)})";
}
