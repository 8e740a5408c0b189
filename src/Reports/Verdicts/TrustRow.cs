using SecondLook.Reports.Facts;
using SecondLook.Reports.Writing;

namespace SecondLook.Reports.Verdicts;

/// <summary>One gap of the trust box: how often, and how far it could move the headline.</summary>
/// <param name="Gap">What is missing or odd.</param>
/// <param name="Count">How often, in words.</param>
/// <param name="Points">Largest change to the headline, in points; <see cref="NotBounded"/> where that is not computed.</param>
public sealed record TrustRow(string Gap, string Count, string Points)
{
    /// <summary>Printed where the largest change is not computed: never a made-up number.</summary>
    public const string NotBounded = "not bounded yet";

    /// <summary>All rows in their fixed order, zero rows among them.</summary>
    public static IReadOnlyList<TrustRow> Of(RunTables run)
    {
        TraceFacts trace = run.Trace;
        ReplayFacts facts = run.Facts;
        long lost = trace.LostEvents;
        string lostWords = trace.Gaps == 0 ? "0"
            : $"{(trace.GapsOfUnknownSize > 0 ? "over " : "")}{Numbers.Count(lost)} of {Short(trace.EventCount + lost)}";
        long quarantined = trace.CountOf("quarantine");
        return
        [
            Row("Lost events", lostWords, trace.Gaps == 0),
            Row("Undeclared losses", Numbers.Count(trace.CountOf("gap.undeclared")), trace.CountOf("gap.undeclared") == 0),
            Row("Gaps in the trace", trace.Gaps == 0 ? "0" : $"{trace.Gaps}, {Numbers.Span(trace.GapNs)}", trace.Gaps == 0),
            Row("Clock steps", Numbers.Count(Clock(trace)), Clock(trace) == 0),
            Row("Events out of order", Numbers.Count(trace.CountOf("repair.late_event")), trace.CountOf("repair.late_event") == 0),
            Row("Quarantined lines", Numbers.Count(quarantined), quarantined == 0),
            Row("Contradictory input", Contradictory(facts), facts.ContradictoryInput.All(c => c.Class == ContradictoryFacts.UnmapOutsideSlots)),
            Row("Aging of unknown VM", Numbers.Count(UnknownVm(trace)), UnknownVm(trace) == 0),
            Row("Start state missing", facts.StartStateUnknownPages == 0 ? "0 pages" : Numbers.Count(facts.StartStateUnknownPages) + " pages", facts.StartStateUnknownPages == 0),
            Row("Outcome events missing", facts.MissingEvents.Count == 0 ? "none" : Numbers.Count(facts.MissingEvents.Count), facts.MissingEvents.Count == 0),
            Row("Commands inferred", facts.Commands == "inferred" ? "all" : facts.Commands == "none" ? "none found" : "none", facts.Commands == "actions"),
            Row("Under emulation", Emulated(trace), false),
            Row("Open loop", "always", false),
        ];
    }

    /// <summary>The last row: what all gaps together could do.</summary>
    public static TrustRow Sum(IReadOnlyList<TrustRow> rows) =>
        new("All gaps together", "", rows.All(r => r.Points == "0") ? "0" : NotBounded);

    private static TrustRow Row(string gap, string count, bool harmless) => new(gap, count, harmless ? "0" : NotBounded);

    private static string Contradictory(ReplayFacts facts) => facts.ContradictoryInput.Count == 0 ? "0"
        : string.Join("; ", facts.ContradictoryInput.Select(c => $"{Numbers.Count(c.Count)} {c.Class.Replace('_', ' ')}, first at event {Numbers.Count(c.First[0].Event)}"));

    // A step forward may be an idle host; it is counted because it cannot be told from a step of the clock.
    private static long Clock(TraceFacts trace) => trace.CountOf("repair.clock_backward") + trace.CountOf("repair.clock_forward");

    private static long UnknownVm(TraceFacts trace) => trace.CountOf("repair.vm_ambiguous");

    private static string Emulated(TraceFacts trace) => trace.Identity.TryGetValue("emulated", out string? value)
        ? value is "true" or "yes" ? "yes: no TLB delay" : "no"
        : "not recorded";

    private static string Short(long count) => count >= 10_000_000 ? Numbers.Fixed(count / 1e6, 0) + " M"
        : count >= 1_000_000 ? Numbers.Fixed(count / 1e6, 1) + " M"
        : Numbers.Count(count);
}
