using SecondLook.Contracts.Tables;
using SecondLook.Reports.Facts;
using SecondLook.Reports.Writing;

namespace SecondLook.Reports.Verdicts;

/// <summary>Decides what may be said about the two policies (product.md 5.2, inference.md sections 1 and 4).</summary>
public static class VerdictMaker
{
    /// <summary>Builds the verdict.</summary>
    public static Verdict Make(ReportModel report)
    {
        if (report.Pair is not { } pair)
        {
            return new Verdict(
                VerdictStatus.Undecidable,
                new VerdictSentence().Plain($"One policy was replayed, {(report.Run.Policies.Count > 0 ? report.Run.Policies[0].Name : "none")}: there is nothing to hold it against.").Pieces,
                "Name a second policy in the job. " + Coverage(report));
        }
        VerdictReason reason = VerdictRule.Of(report, pair, report.Bootstrap);
        if (reason == VerdictReason.TooLittleKnown)
        {
            return NoRanking(report, pair);
        }
        if (reason == VerdictReason.NothingEvicted)
        {
            return NothingEvicted(report, pair);
        }
        if (reason == VerdictReason.DependsOnSchedule)
        {
            return DependsOnSchedule(report, pair);
        }
        if (reason == VerdictReason.TooFine)
        {
            return new Verdict(
                VerdictStatus.Undecidable,
                VerdictSentence.OfEffect(report, pair, quietEffect: true).Pieces,
                $"Pages stand untouched for {Numbers.Span(pair.StayNs ?? 0)} before they go, the usual time between two answers about a page is {Numbers.Span(report.Run.Facts.AnswerGapNs)}: the reuse that decides lies between two harvests, "
                    + $"where the trace says nothing. Compare larger capacities, or harvest more often. {Coverage(report)}");
        }
        string order = SmallEffect.Order(pair, report.Run.Head.Name);
        string error = $"the model's own error, {report.ModelError.Printed} ({report.ModelError.Words})";
        if (reason == VerdictReason.BelowModelError)
        {
            return new Verdict(
                VerdictStatus.BelowModelError,
                VerdictSentence.OfEffect(report, pair, quietEffect: true).Pieces,
                $"The effect is smaller than {error}. {order}{SmallEffect.Why(report, pair)}{Coverage(report)} {Blocks(report)}");
        }
        if (reason == VerdictReason.Tied)
        {
            return new Verdict(
                VerdictStatus.Undecidable,
                VerdictSentence.OfEffect(report, pair, quietEffect: true).Pieces,
                $"{order}By less than that no order is claimed. {SmallEffect.Why(report, pair)}{Coverage(report)} {Blocks(report)}");
        }
        string above = report.ModelError.Share is null
            ? $"The model's own error is not measured: {report.ModelError.Words}. "
            : $"The effect is above {error}. ";
        Verdict Of(string why) => new(VerdictRule.Status(reason), VerdictSentence.OfEffect(report, pair, quietEffect: false).Pieces, why);
        if (reason == VerdictReason.TooShort)
        {
            return Of($"{Blocks(report)} {order}{above}{Coverage(report)}");
        }
        if (reason == VerdictReason.SpansZero)
        {
            return Of($"The 95 % interval over {report.Bootstrap.Blocks} blocks spans zero: record longer. {order}{above}{Coverage(report)}");
        }
        return Of($"{order}{above}{Coverage(report)} Brackets: 95 % intervals, {report.Bootstrap.Blocks} blocks.");
    }

    /// <summary>Coverage in words: printed in every report.</summary>
    public static string Coverage(ReportModel report) => report.Run.Head switch
    {
        { FromTruth: true } => "Accesses are the guest's own record.",
        { Coverage: { } share } => $"Coverage {Numbers.Fixed(share * 100, 1)} %.",
        _ => "Coverage n/a: the replay did not state it.",
    };

    /// <summary>What to do differently next time so that outcomes are known, one sentence.</summary>
    public static string NextTime(RunTables run) => run.Facts.MissingEvents.Count > 0
        ? $"Next time also record {string.Join(", and ", run.Facts.MissingEvents)}."
        : run.Trace.Gaps > 0
            ? $"Next time give the tracer larger buffers: {Numbers.Count(run.Trace.LostEvents)} events were lost in {run.Trace.Gaps} {(run.Trace.Gaps == 1 ? "gap" : "gaps")}."
            : "Next time record from before the guest starts, and end with a forced aging pass.";

    private static Verdict NoRanking(ReportModel report, Comparison pair)
    {
        ReplayFacts facts = report.Run.Facts;
        Slice a = report.Run.HeadSlice(pair.Candidate);
        Slice b = report.Run.HeadSlice(pair.Baseline);
        string known = report.Run.Head.Coverage is { } share ? $"coverage {Numbers.Fixed(share * 100, 1)} %" : "coverage not known";
        VerdictSentence s = new VerdictSentence()
            .Plain(facts.HvaOnly ? "hva events alone rank no policies, " : "This trace ranks no policies, ")
            .Strong(known);
        long recorded = report.Run.Trace.Events.GetValueOrDefault("kvm_age_hva");
        long unmapped = report.Run.Trace.Events.GetValueOrDefault("kvm_unmap_hva_range");
        bool modelled = a.SumAging(AgingPassesTable.NotifierCalls) + b.SumAging(AgingPassesTable.NotifierCalls) > 0;
        if (!modelled)
        {
            // Nothing could be replayed, so the only counts that can be claimed are those of the recorded kernel.
            s.Plain($": the recorded kernel asked {Numbers.Count(recorded)} times and unmapped {Numbers.Count(unmapped)} times");
        }
        else if (!pair.Candidate.IsReference && !pair.Baseline.IsReference)
        {
            s.Plain($": {pair.Candidate.Name} makes {Numbers.Count(a.SumAging(AgingPassesTable.NotifierCalls))} notifier calls, {pair.Baseline.Name} "
                + Numbers.Count(b.SumAging(AgingPassesTable.NotifierCalls)));
        }
        s.Cost(pair);
        string why = $"Outcomes are known for that share of resident page-time; a ranking or a miss count needs {Numbers.Fixed(ScheduleFacts.CoverageNeeded * 100, 0)} %. {NextTime(report.Run)} "
            + (modelled ? "Notifier calls and aging work can be claimed; refaults and misses are not printed." : "The policies had nothing to work on; what the recorded kernel did can be claimed.")
            + $" The trace holds {Numbers.Count(recorded)} kvm_age_hva and {Numbers.Count(unmapped)} kvm_unmap_hva_range.";
        return new Verdict(VerdictStatus.Undecidable, s.Pieces, (facts.HvaOnly ? "hva events alone. " : "") + why);
    }

    private static Verdict NothingEvicted(ReportModel report, Comparison pair)
    {
        string Words(long evictions) => evictions == 0 ? "nothing" : Numbers.Count(evictions) + " pages";
        VerdictSentence s = new VerdictSentence()
            .Plain(pair.CandidateCounts.Evictions + pair.BaselineCounts.Evictions == 0
                ? $"Neither {pair.Candidate.Name} nor {pair.Baseline.Name} evicts a page"
                : $"{pair.Candidate.Name} evicts {Words(pair.CandidateCounts.Evictions)} and {pair.Baseline.Name} {Words(pair.BaselineCounts.Evictions)}")
            .Quiet($" ({Numbers.Count(report.Run.HeadSlice(pair.Candidate).SumAging(AgingPassesTable.PagesYoung))} and "
                + $"{Numbers.Count(report.Run.HeadSlice(pair.Baseline).SumAging(AgingPassesTable.PagesYoung))} pages found young)")
            .Cost(pair);
        return new Verdict(
            VerdictStatus.Undecidable,
            s.Pieces,
            $"Without evictions by both there are no refaults to compare: record reclaim, or set reclaim.demand to capacity. {Coverage(report)} {Blocks(report)}");
    }

    private static Verdict DependsOnSchedule(ReportModel report, Comparison pair)
    {
        VerdictSentence s = new VerdictSentence().Plain($"Whether {pair.Candidate.Name} refaults less than {pair.Baseline.Name} hangs on the schedule");
        if (pair.Range is { } range)
        {
            s.Plain(": ").Strong($"{Signed(range.Low)} to {Signed(range.High)} %");
        }
        s.Quiet($" ({Numbers.Count(pair.CandidateCounts.Refaults)} to {Numbers.Count(pair.BaselineCounts.Refaults)} on {report.Run.Head.Name})").Cost(pair);
        return new Verdict(
            VerdictStatus.Undecidable,
            s.Pieces,
            $"The trace leaves open when pages were touched between harvests; the order of the head schedule holds in {pair.Agreeing} of {pair.Schedules} schedules. Next time harvest more often: "
                + $"the median gap is {Numbers.Span(report.Run.Facts.MedianGapNs)}. {Coverage(report)} {Blocks(report)}");
    }

    private static string Signed(double share) => (share > 0 ? "+" : "") + Numbers.Fixed(share * 100, 1);

    private static string Blocks(ReportModel report) => report.Blocks.Count == 0
        ? "No blocks: fewer than two harvests."
        : $"{report.Bootstrap.Blocks} of {report.Blocks.Count} blocks of {Numbers.Span(report.Blocks.WidthNs)} hold evictions; an interval needs {TraceBlocks.Needed}{Longer(report)}.";

    // What the trace holds per second, it will hold when it is longer.
    private static string Longer(ReportModel report) => report.Bootstrap.Blocks is > 0 and < TraceBlocks.Needed
        ? $": about {Numbers.Span((long)((double)report.Run.Facts.SpanNs * TraceBlocks.Needed / report.Bootstrap.Blocks))} of such a trace"
        : "";
}
