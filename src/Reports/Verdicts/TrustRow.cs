using SecondLook.Reports.Facts;
using SecondLook.Reports.Writing;

namespace SecondLook.Reports.Verdicts;

/// <summary>One gap of the trust box: how often, and how far it could move the headline.</summary>
/// <param name="Gap">What is missing or odd.</param>
/// <param name="Count">How often, in words.</param>
/// <param name="Points">Largest change to the headline, in points, as printed; <see cref="NotBounded"/> where it could not be computed.</param>
/// <param name="Change">The same as a number; null where it could not be computed, or is counted in another row.</param>
public sealed record TrustRow(string Gap, string Count, string Points, double? Change)
{
    /// <summary>Printed where the largest change is not computed: never a made-up number.</summary>
    public const string NotBounded = "not bounded";

    /// <summary>Printed where the trace allows no headline that a gap could move.</summary>
    public const string NoHeadline = "no headline";

    private const string Above = "as above";
    private const string Below = "as below";

    /// <summary>All rows in their fixed order, zero rows among them.</summary>
    /// <param name="run">The artefacts.</param>
    /// <param name="pair">The two policies of the verdict; null when there are none.</param>
    public static IReadOnlyList<TrustRow> Of(RunTables run, Comparison? pair)
    {
        TraceFacts trace = run.Trace;
        ReplayFacts facts = run.Facts;
        long lost = trace.LostEvents;
        string lostWords = trace.Gaps == 0 ? "0"
            : $"{(trace.GapsOfUnknownSize > 0 ? "over " : "")}{Numbers.Count(lost)} of {Short(trace.EventCount + lost)}";
        long quarantined = trace.CountOf("quarantine");
        long undeclared = Math.Max(trace.CountOf("gap.undeclared"), facts.Contradictions);
        TrustRow Row(string gap, string count, bool harmless, string defect) => Bounded(run, pair, gap, count, harmless, defect);
        return
        [
            Row("Lost events", lostWords, trace.Gaps == 0, "lost_events"),
            undeclared > 0 && (trace.Gaps > 0 || Disorder(run) > 0)
                ? new TrustRow("Undeclared losses", Numbers.Count(undeclared), trace.Gaps > 0 ? Above : Below, null)
                : Row("Undeclared losses", Numbers.Count(undeclared), undeclared == 0, "undeclared"),
            trace.Gaps == 0 ? new TrustRow("Gaps in the trace", "0", "0", 0) : new TrustRow("Gaps in the trace", $"{trace.Gaps}, {Numbers.Span(trace.GapNs)}", Above, null),
            Row("Clock steps", Numbers.Count(Clock(run)), Clock(run) == 0, "clock"),
            Row("Events out of order", Numbers.Count(Disorder(run)), Disorder(run) == 0, "order"),
            Row("Quarantined lines", Numbers.Count(quarantined), quarantined == 0, "quarantine"),
            Row("Contradictory input", Contradictory(facts), facts.ContradictoryInput.All(c => c.Class == ContradictoryFacts.UnmapOutsideSlots), "contradictory"),
            Row("Aging of unknown VM", Numbers.Count(UnknownVm(trace)), UnknownVm(trace) == 0, "vm"),
            facts.StartStateUnknownPages > 0 && (trace.Gaps > 0 || Disorder(run) + undeclared > 0)
                ? new TrustRow("Start state missing", Numbers.Count(facts.StartStateUnknownPages) + " pages", Above, null)
                : Row("Start state missing", facts.StartStateUnknownPages == 0 ? "0 pages" : Numbers.Count(facts.StartStateUnknownPages) + " pages", facts.StartStateUnknownPages == 0, "start_state"),
            Outcomes(run, pair, trace.Gaps > 0 || undeclared > 0 || Disorder(run) > 0),
            Row("Commands inferred", facts.Commands == "inferred" ? "all" : facts.Commands == "none" ? "none found" : "none", facts.Commands == "actions", "commands"),
            Row("Under emulation", Emulated(trace), Emulated(trace) == "no", "emulation"),
            Row("Open loop", "always", false, "open_loop"),
            .. Sampled(facts),
            .. Unmet(run),
        ];
    }

    /// <summary>The last row: what all gaps together could do.</summary>
    public static TrustRow Sum(IReadOnlyList<TrustRow> rows)
    {
        if (rows.Any(r => r.Points == NoHeadline))
        {
            return new TrustRow("All gaps together", "", NoHeadline, null);
        }
        double sum = rows.Sum(r => r.Change ?? 0);
        return rows.Any(r => r.Points == NotBounded)
            ? new TrustRow("All gaps together", "", sum > 0 ? "over " + Print(sum) : NotBounded, null)
            : new TrustRow("All gaps together", "", Print(sum), sum);
    }

    // Which pages were left out is chance, and shares of the recorded ones are near those of all; how near, nothing here computes.
    private static TrustRow[] Sampled(ReplayFacts facts) => facts.SampledPages <= 1
        ? []
        : [new TrustRow("Pages recorded", $"1 in {facts.SampledPages}", NotBounded, null)];

    // No defect of the trace, so there is no row where every demand was met.
    private static TrustRow[] Unmet(RunTables run) => run.Unmet.Count == 0
        ? []
        : [new TrustRow("Demands not met", string.Join(", ", run.Unmet.GroupBy(u => u.Error).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{Numbers.Count(g.Sum(u => u.Count))} {g.Key}")), "see limits", null)];

    // What losses left open is weighed with the losses.
    private static TrustRow Outcomes(RunTables run, Comparison? pair, bool lossy)
    {
        string share = run.Head.Coverage is { } c ? Numbers.Fixed(Math.Max(0, 1 - c) * 100, 1) + " %" : "n/a";
        bool harmless = run.Facts.MissingEvents.Count == 0 && run.Head.Coverage > 0.99999;
        TrustRow row = Bounded(run, pair, "Outcomes not known", share, harmless, "outcomes");
        return lossy && row.Points == NotBounded ? row with { Points = Above } : row;
    }

    // The classes and their first places stand in the section of the trace; unmaps of the VMM's own memory are no defect.
    private static string Contradictory(ReplayFacts facts) =>
        Numbers.Count(facts.ContradictoryInput.Where(c => c.Class != ContradictoryFacts.UnmapOutsideSlots).Sum(c => c.Count));

    private static TrustRow Bounded(RunTables run, Comparison? pair, string gap, string count, bool harmless, string defect)
    {
        if (harmless)
        {
            return new TrustRow(gap, count, "0", 0);
        }
        if (run.Head.TooLittleKnown is not null || pair?.Effect is null)
        {
            return new TrustRow(gap, count, NoHeadline, null);
        }
        double? points = run.Bounding.PointsOf(defect, pair.Candidate.Name, pair.Baseline.Name, run.HeadCapacity is null);
        return points is { } change ? new TrustRow(gap, count, Print(change), change) : new TrustRow(gap, count, NotBounded, null);
    }

    private static string Print(double points) => points == 0 ? "0" : points < 0.05 ? "below 0.1" : Numbers.Fixed(points, 1);

    // Steps that the marks of the capture show and that were taken back, and steps back of a millisecond and more.
    private static long Clock(RunTables run) => run.Facts.ClockStepsCorrected + run.Facts.ClockStepsBack + run.Trace.CountOf("repair.clock_forward");

    private static long Disorder(RunTables run) =>
        Math.Max(0, run.Trace.CountOf("repair.clock_backward") + run.Trace.CountOf("repair.late_event") - run.Facts.ClockStepsBack - run.Facts.ClockStepsCorrected);

    private static long UnknownVm(TraceFacts trace) => trace.CountOf("repair.vm_ambiguous");

    private static string Emulated(TraceFacts trace) => trace.Identity.TryGetValue("emulated", out string? value)
        ? value is "true" or "yes" ? "yes: no TLB delay" : "no"
        : "not recorded";

    private static string Short(long count) => count >= 10_000_000 ? Numbers.Fixed(count / 1e6, 0) + " M"
        : count >= 1_000_000 ? Numbers.Fixed(count / 1e6, 1) + " M"
        : Numbers.Count(count);
}
