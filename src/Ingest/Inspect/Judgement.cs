using System.Globalization;

namespace SecondLook.Ingest.Inspect;

/// <summary>Turns facts into plain words: which questions a trace can answer, which it cannot, and what to record next time.</summary>
internal static class Judgement
{
    private const double EnoughCoverage = 0.8;

    /// <summary>Fills questions, advice and verdict.</summary>
    public static void Fill(CaptureFacts facts)
    {
        bool calls = facts.Answer("aging_calls") > 0;
        bool slots = facts.Memslots > 0;
        long answered = facts.Answer("young_first_after_map") + facts.Answer("young_again") + facts.Answer("old");
        long returned = facts.ReturnedYoung + facts.ReturnedOld;
        bool outcomes = answered + returned > 0;
        bool faults = facts.Count("kvm_page_fault") + facts.Count("kvm_guest_fault") > 0;
        bool unmaps = facts.Count("kvm_unmap_hva_range") > 0;
        bool swapIns = facts.SwapIns > 0;
        // An L2 uses pages through shadow entries, which age without an event: what the TDP MMU tells of a page is not all of its use.
        bool covered = facts.Coverage >= EnoughCoverage && facts.Mmu != "nested";
        Ask(facts, "How often is KVM asked about page age, and by whom?", calls, calls ? $"{facts.Answer("aging_calls")} aging calls, {facts.Answer("test_calls")} test calls" : "no kvm_age_hva in the trace");
        Ask(facts, "Which pages were asked: guest memory or the VMM's own?", slots, slots ? $"{facts.Memslots} memslots, {facts.Answer("not_guest_memory")} calls outside data memory" : "no memslot table");
        Ask(facts, "What did each aging call answer?", outcomes, answered > 0 ? $"{answered} answers on data pages known, {facts.Answer("unknown")} unknown"
            : outcomes ? $"{returned} calls with their return value, {facts.ReturnedYoung} of them young{(slots ? "" : "; without memslots they are of host addresses only")}" : Why(facts, slots));
        Ask(facts, "Were evicted pages touched again (refaults)?", (faults && unmaps && slots) || swapIns, faults && unmaps && slots ? "faults, unmaps and memslots are there"
            : swapIns ? $"{facts.SwapIns} pages of guests came back from swap" : Missing(faults, unmaps, slots));
        Ask(facts, "Working sets, cold pages, ranking of policies?", covered, covered
            ? string.Create(CultureInfo.InvariantCulture, $"{facts.Coverage:p1} of the resident page-time lies in intervals of known outcome")
            : facts.Mmu == "nested" ? "an L2 uses pages through shadow entries, which age without an event"
            : facts.Coverage is { } share ? string.Create(CultureInfo.InvariantCulture, $"only {share:p1} of the resident page-time lies in intervals of known outcome; 80 % are needed")
            : returned > 0 ? "calls tell what they found, but no event tells when pages were mapped and unmapped" : "outcomes of aging calls are not known");
        Ask(facts, "Did the model reproduce what the kernel did (calibration)?", facts.Profile is not null, facts.Profile is not null ? $"reclaim events fit profile {facts.Profile}" : facts.ProfileReason);
        Recommend(facts, calls, slots, faults);
        facts.Verdict = Verdict(facts, outcomes, covered);
    }

    private static void Ask(CaptureFacts facts, string question, bool can, string why) => facts.Questions.Add((question, can, why));

    private static string Why(CaptureFacts facts, bool slots) => facts.Mmu switch
    {
        _ when !slots => "without memslots no call can be joined to a guest page",
        "tdp" => "kvm_tdp_mmu_spte_changed is there, but no call met a page of known state",
        "nested" => "no call met a page of known state while an L2 has shadow entries of its own",
        "shadow" => "the shadow MMU ages without an event; only return values (kmr1.bt) tell",
        "stage2" when facts.Count("kvm_access_fault") > 0 => $"no event prints the answer, but {facts.Count("kvm_access_fault")} kvm_access_fault events do tell: this CPU has no hardware access flag, so the next touch after each clear faults, and a page without such a fault stayed old",
        "stage2" => "arm64 ages without an event; only return values (kmr1.bt) tell, or kvm_access_fault on a CPU without a hardware access flag",
        _ => "no kvm_tdp_mmu_spte_changed and no return values",
    };

    private static string Missing(bool faults, bool unmaps, bool slots)
    {
        List<string> missing = [];
        if (!faults)
        {
            missing.Add("guest faults");
        }
        if (!unmaps)
        {
            missing.Add("kvm_unmap_hva_range");
        }
        if (!slots)
        {
            missing.Add("memslots");
        }
        return $"missing: {string.Join(", ", missing)}";
    }

    private static void Recommend(CaptureFacts facts, bool calls, bool slots, bool faults)
    {
        List<string> advice = facts.Advice;
        if (!calls)
        {
            advice.Add("Record kvm:kvm_age_hva and kvm:kvm_test_age_hva: without them nothing can be said about aging.");
        }
        if (!slots)
        {
            advice.Add("Save the memslots (data/capture/record.sh or kmr1.bt do): they join host addresses to guest pages.");
        }
        if (facts.Mmu is "unknown" && facts.Arch != "arm64" && facts.ReturnedYoung + facts.ReturnedOld == 0)
        {
            advice.Add("Record kvmmmu:kvm_tdp_mmu_spte_changed: on x86 with the TDP MMU it tells what every aging call answered.");
        }
        if (facts.Mmu is "nested" || (facts.Mmu is "shadow" or "stage2" && facts.Answer("old") + facts.Answer("young_again") == 0 && facts.Count("kvm_access_fault") == 0 && facts.ReturnedYoung + facts.ReturnedOld == 0))
        {
            advice.Add("Use data/capture/kmr1.bt: this MMU ages without an event, only return values tell the answers.");
        }
        if (!faults)
        {
            advice.Add("Record kvm:kvm_page_fault (x86) or kvm:kvm_guest_fault (arm64): faults are exact access points.");
        }
        if (facts.LostMarks > 0 || facts.UndeclaredLosses > 0)
        {
            advice.Add(string.Create(CultureInfo.InvariantCulture, $"Use a larger ring buffer or read it while recording: {facts.LostEvents} events lost in {facts.LostMarks} marked gaps; {facts.PeakEventsPerSecond} events came in the busiest second."));
        }
        if (facts.Profile is null)
        {
            advice.Add("Record vmscan:* and pagemap:mm_lru_insertion: they make the replay testable against what the kernel did.");
        }
        if (facts.Clock is not "mono" && facts.Clock.Length > 0)
        {
            advice.Add(facts.ClockNamed
                ? $"Record with the clock mono instead of {facts.Clock}: side files and other tools then share its time."
                : "Record with the clock mono and say so (capture.json, --option clock=mono): the trace does not name its clock, and side files use mono.");
        }
        if (facts.Commands == 0)
        {
            advice.Add("Write down the aging and eviction commands that you give (actions.csv, docs/capture.md): debugfs commands leave no event.");
        }
        if (facts.Coverage is { } share && share < EnoughCoverage)
        {
            advice.Add("Run one forced aging pass right before the recording ends, and age at a steady pace: it closes the open intervals.");
        }
        if (facts.Disturbers.Count > 0)
        {
            advice.Add($"Switch off what asks without being reclaim: {string.Join("; ", facts.Disturbers)}.");
        }
    }

    private static string Verdict(CaptureFacts facts, bool outcomes, bool covered)
    {
        string span = facts.SpanNs is { } ns ? string.Create(CultureInfo.InvariantCulture, $"{ns / 1e9:f1} s") : "a clock without unit";
        string loss = facts.LostMarks + facts.UndeclaredLosses == 0 ? "nothing lost" : "with losses";
        string use = covered ? "supports verdicts on cold pages and working sets, and rankings of policies"
            : outcomes ? "supports answers of aging calls, costs and refaults, but no ranking of policies"
            : "supports counts and costs of aging calls, but no verdict on policies";
        string sampled = facts.SampledPages > 1 ? string.Create(CultureInfo.InvariantCulture, $", one page in {facts.SampledPages}") : "";
        return $"{facts.Name}: {span}, {facts.Mmu} MMU, {loss}{sampled}: {use}.";
    }
}
