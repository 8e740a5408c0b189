using System.Text;
using System.Text.Json;
using SecondLook.Replay.Schedules;

namespace SecondLook.Replay;

/// <summary>Writes <c>replay/replay.json</c>: what the replay says about itself, for the report.</summary>
public static class ReplayJson
{
    /// <summary>Schema name and version.</summary>
    public const string Schema = "replay/1.0";

    /// <summary>The file's text.</summary>
    public static string Write(CaptureInput input, List<AccessSchedule> schedules, ReplaySettings settings, List<PolicyPlan> plans, string? recordedPreset, GuestWorkingSet? guest)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            CaptureFacts facts = input.Scan.Facts;
            KnownIntervals known = input.Scan.Known;
            json.WriteStartObject();
            json.WriteString("schema", Schema);
            json.WriteString("capture", input.Name);
            json.WriteString("demand", settings.Control?.Demand ?? (settings.IsCapacity ? "capacity" : "as-recorded"));
            WriteNumbers(json, "capacities", settings.Capacities);
            json.WriteNumber("horizon_ns", settings.HorizonNs);
            json.WriteNumber("cold_age_ns", settings.ColdAgeNs);
            json.WriteNumber("median_gap_ns", settings.GapNs);
            json.WriteNumber("answer_gap_ns", settings.AnswerGapNs);
            json.WriteNumber("begin_ns", input.BeginNs);
            json.WriteNumber("end_ns", input.EndNs);
            json.WriteNumber("harvests", input.Demand.HarvestsNs.Count);
            WriteNumbers(json, "harvests_ns", input.Demand.HarvestsNs);
            json.WriteNumber("footprint_pages", settings.FootprintPages);
            json.WriteNumber("data_pages", input.Pages.Count);
            json.WriteNumber("start_state_unknown_pages", StartStateUnknown(known));
            WriteStrings(json, "mmu", facts.MmuKinds());
            json.WriteBoolean("hva_only", !facts.SpteChanges && !facts.SpteSets && !facts.Faults && !facts.PrintedAnswers);
            json.WriteString("commands", input.Demand.Source);
            json.WriteNumber("memory_max_pages", input.Demand.MemoryMaxPages);
            json.WriteString("recorded_preset", recordedPreset);
            WriteStrings(json, "missing_events", facts.MissingEvents());
            WriteStrings(json, "not_modelled", ModelLimits.Of(facts, DeclaredSampling.Of(input.Metadata)));
            json.WriteNumber("sampled_pages", DeclaredSampling.Of(input.Metadata));
            json.WriteNumber("contradictions", known.Contradictions);
            WriteContradictory(json, input.Contradictory);
            json.WriteNumber("clock_steps_corrected", input.Steps.Count);
            json.WriteNumber("clock_steps_back", facts.StepsBackNs.Count);
            json.WriteNumber("events_back", facts.ClockBack.Count - facts.StepsBackNs.Count);
            json.WriteNumber("gaps", input.Gaps.Count);
            json.WriteNumber("lost_events", input.Gaps.Lost);
            if (known.Coverage is double coverage)
            {
                json.WriteNumber("coverage", coverage);
            }
            WriteGuest(json, guest);
            json.WriteStartObject("counts");
            foreach ((string name, long count) in known.Counts)
            {
                json.WriteNumber(name, count);
            }
            json.WriteEndObject();
            json.WriteStartArray("schedules");
            foreach (AccessSchedule schedule in schedules)
            {
                json.WriteStringValue(schedule.Name);
            }
            json.WriteEndArray();
            json.WriteStartArray("policies");
            foreach (PolicyPlan plan in plans)
            {
                WritePolicy(json, plan);
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static void WriteGuest(Utf8JsonWriter json, GuestWorkingSet? guest)
    {
        if (guest is null)
        {
            return;
        }
        json.WriteStartObject("guest_working_set");
        json.WriteNumber("age_ns", guest.AgeNs);
        json.WriteNumber("instants", guest.Instants);
        foreach ((string name, GuestWorkingSet.Amount pages) in new[] { ("used_pages", guest.Used), ("cold_pages", guest.Cold) })
        {
            json.WriteStartObject(name);
            if (pages.Expected is double expected)
            {
                json.WriteNumber("expected", expected);
            }
            json.WriteNumber("low", pages.Low);
            json.WriteNumber("high", pages.High);
            json.WriteNumber("least", pages.Least);
            json.WriteNumber("most", pages.Most);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteContradictory(Utf8JsonWriter json, ContradictoryInput contradictory)
    {
        json.WriteStartArray("contradictory_input");
        foreach ((string name, ContradictoryInput.Class one) in contradictory.Classes)
        {
            json.WriteStartObject();
            json.WriteString("class", name);
            json.WriteNumber("count", one.Count);
            json.WriteStartArray("first");
            foreach ((long place, long tsNs) in one.First)
            {
                json.WriteStartObject();
                json.WriteNumber("event", place);
                json.WriteNumber("ts_ns", tsNs);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WritePolicy(Utf8JsonWriter json, PolicyPlan plan)
    {
        json.WriteStartObject();
        json.WriteString("name", plan.Name);
        json.WriteString("preset", plan.Preset);
        json.WriteBoolean("reference", plan.IsReference);
        json.WriteString("profile", plan.Profile);
        json.WriteString("kvm_policy", plan.KvmPolicy);
        WriteStrings(json, "overlays", plan.Overlays);
        json.WriteStartObject("switches");
        foreach ((string name, string value) in plan.Switches)
        {
            json.WriteString(name, value);
        }
        json.WriteEndObject();
        WriteStrings(json, "not_modelled", []);
        json.WriteEndObject();
    }

    private static long StartStateUnknown(KnownIntervals known)
    {
        HashSet<int> pages = [];
        foreach (KnownInterval interval in known.Intervals)
        {
            if (interval.BeginNs == long.MinValue)
            {
                pages.Add(interval.Page);
            }
        }
        return pages.Count;
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IReadOnlyList<long> values)
    {
        json.WriteStartArray(name);
        foreach (long value in values)
        {
            json.WriteNumberValue(value);
        }
        json.WriteEndArray();
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }
        json.WriteEndArray();
    }
}
