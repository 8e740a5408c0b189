using System.Globalization;

namespace SecondLook.Ingest.Inspect;

/// <summary>Prints the facts of captures for people; the last line is the verdict.</summary>
internal static class InspectText
{
    /// <summary>Prints them.</summary>
    public static void Write(List<CaptureFacts> captures, TextWriter output)
    {
        foreach (CaptureFacts facts in captures)
        {
            One(facts, output);
        }
        foreach (CaptureFacts facts in captures)
        {
            output.WriteLine(facts.Verdict);
        }
    }

    private static void One(CaptureFacts facts, TextWriter output)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        output.WriteLine(facts.Name);
        Line(output, "container", facts.Container);
        Line(output, "kernel", $"{(facts.Kernel.Length > 0 ? facts.Kernel : "not named")} {facts.Arch}");
        Line(output, "MMU", $"{facts.Mmu}, SPTE layout {facts.SpteFormat}");
        Line(output, "span", facts.SpanNs is { } ns ? string.Create(culture, $"{ns / 1e9:f3} s, {facts.Events} rows on {facts.Cpus} CPUs") : $"clock without unit, {facts.Events} rows");
        Line(output, "sampling", facts.SampledPages > 1
            ? string.Create(culture, $"one page in {facts.SampledPages} was recorded, with all of its events: each count stands for {facts.SampledPages} times as many; full counts are given with their 95 % range")
            : "none declared");
        Line(output, "clock", facts.ClockReason.Length > 0 ? $"{facts.Clock}: {facts.ClockReason}" : $"{facts.Clock}, side files aligned by {facts.ClockAlignment}");
        Line(output, "VMs", $"{facts.Vms}, {facts.Memslots} memslots, {facts.GuestPages} guest pages at most");
        Line(output, "losses", $"{facts.LostEvents} events in {facts.LostMarks} marked gaps, {facts.UndeclaredLosses} signs of unmarked loss, {facts.Quarantined} lines quarantined");
        Line(output, "tracer", facts.TracerOverhead is { } share ? string.Create(culture, $"about {share:p2} of CPU time (500 ns an event), {facts.PeakEventsPerSecond} events in the busiest second") : "n/a: no times");
        Line(output, "profile", facts.Profile is null ? $"n/a: {facts.ProfileReason}" : $"{facts.Profile}: {facts.ProfileReason}");
        Line(output, "commands", facts.Commands > 0 ? $"{facts.Commands} recorded in actions.csv" : "none recorded: a replay as recorded takes bursts of calls and unmaps for commands and marks them inferred");
        Line(output, "aging calls", $"{facts.Answer("aging_calls")}, {facts.Answer("not_guest_memory")} not on guest data");
        if (facts.Sampling is { } sampling)
        {
            Line(output, "  in full", $"aging calls {Full(sampling, facts.Answer("aging_calls"))}; young first after a map {Full(sampling, facts.Answer("young_first_after_map"))}, "
                + $"young again {Full(sampling, facts.Answer("young_again"))}, old {Full(sampling, facts.Answer("old"))}");
        }
        Line(output, "answers", $"young first after a map {facts.Answer("young_first_after_map")}, young again {facts.Answer("young_again")}, old {facts.Answer("old")}, not mapped {facts.Answer("not_mapped")}, unknown {facts.Answer("unknown")}"
            + (facts.ReturnedYoung + facts.ReturnedOld > 0 ? $"; return values of calls: young {facts.ReturnedYoung}, not young {facts.ReturnedOld}" : ""));
        Line(output, "against truth", facts.FalseYoung is { } young ? $"false young {young}, false old {facts.FalseOld}" : "n/a: no ground truth or no outcomes");
        Line(output, "leaf events", $"map {facts.Answer("leaf_map")}, young_cleared {facts.Answer("leaf_young_cleared")}, zap {facts.Answer("leaf_zap")}; old values that follow {facts.Answer("old_follows")}, differ {facts.Answer("old_differs")}");
        Line(output, "coverage", facts.Coverage is { } known ? string.Create(culture, $"{known:p1} of the resident page-time lies in intervals of known outcome") : facts.ReturnedYoung + facts.ReturnedOld > 0 ? "n/a: no event tells when pages were mapped" : "n/a: outcomes are not known");
        foreach (string task in facts.Disturbers)
        {
            Line(output, "disturber", task);
        }
        output.WriteLine("  what this trace can answer");
        foreach ((string question, bool can, string why) in facts.Questions)
        {
            output.WriteLine($"    {(can ? "yes" : "no "),-4}{question} {why}.");
        }
        if (facts.Advice.Count > 0)
        {
            output.WriteLine("  what to record next time");
            foreach (string advice in facts.Advice)
            {
                output.WriteLine($"    {advice}");
            }
        }
        output.WriteLine();
    }

    private static string Full(SampledCounts sampling, long seen) => $"about {sampling.Full(seen)} +- {sampling.Error(seen)}";

    private static void Line(TextWriter output, string what, string text) => output.WriteLine($"  {what,-14}{text}");
}
