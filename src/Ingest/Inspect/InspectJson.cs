using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SecondLook.Ingest.Inspect;

/// <summary>The JSON object of <c>inspect --json</c> (product.md section 2).</summary>
internal static class InspectJson
{
    private static readonly string[] AnswerNames = ["aging_calls", "not_guest_memory", "young_first_after_map", "young_again", "old", "not_mapped", "unknown"];

    /// <summary>Prints it.</summary>
    public static void Write(List<CaptureFacts> captures, TextWriter output)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartArray("captures");
            foreach (CaptureFacts facts in captures)
            {
                One(json, facts);
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        output.WriteLine(Encoding.UTF8.GetString(stream.ToArray()));
    }

    private static void One(Utf8JsonWriter json, CaptureFacts facts)
    {
        json.WriteStartObject();
        json.WriteString("name", facts.Name);
        json.WriteString("container", facts.Container);
        json.WriteString("kernel", facts.Kernel);
        json.WriteString("arch", facts.Arch);
        json.WriteString("mmu", facts.Mmu);
        json.WriteNumber("sampled_pages", facts.SampledPages);
        if (facts.Sampling is { } sampling)
        {
            json.WriteStartObject("full_counts");
            foreach (string name in (ReadOnlySpan<string>)["aging_calls", "young_first_after_map", "young_again", "old"])
            {
                json.WriteStartObject(name);
                json.WriteNumber("estimate", sampling.Full(facts.Answer(name)));
                json.WriteNumber("error_95", sampling.Error(facts.Answer(name)));
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        json.WriteNumber("commands", facts.Commands);
        Number(json, "span_ns", facts.SpanNs);
        Share(json, "coverage", facts.Coverage);
        Text(json, "profile", facts.Profile);
        json.WriteString("profile_reason", facts.ProfileReason);
        json.WriteNumber("vms", facts.Vms);
        json.WriteNumber("memslots", facts.Memslots);
        json.WriteNumber("guest_pages", facts.GuestPages);
        json.WriteNumber("events", facts.Events);
        json.WriteNumber("cpus", facts.Cpus);
        json.WriteStartObject("clock");
        json.WriteString("name", facts.Clock);
        json.WriteString("alignment", facts.ClockAlignment);
        json.WriteString("reason", facts.ClockReason);
        json.WriteEndObject();
        json.WriteStartObject("answers");
        foreach (string name in AnswerNames)
        {
            json.WriteNumber(name, facts.Answer(name));
        }
        json.WriteNumber("returned_young", facts.ReturnedYoung);
        json.WriteNumber("returned_old", facts.ReturnedOld);
        if (facts.FalseYoung is { } young && facts.FalseOld is { } old)
        {
            json.WriteNumber("false_young", young);
            json.WriteNumber("false_old", old);
        }
        json.WriteEndObject();
        json.WriteStartObject("leaf_events");
        json.WriteNumber("map", facts.Answer("leaf_map"));
        json.WriteNumber("young_cleared", facts.Answer("leaf_young_cleared"));
        json.WriteNumber("zap", facts.Answer("leaf_zap"));
        json.WriteNumber("old_follows", facts.Answer("old_follows"));
        json.WriteNumber("old_differs", facts.Answer("old_differs"));
        if (facts.BitsRight is { } right && facts.BitsWrong is { } wrong)
        {
            json.WriteNumber("a_bit_right", right);
            json.WriteNumber("a_bit_wrong", wrong);
        }
        json.WriteEndObject();
        json.WriteStartObject("lost");
        json.WriteNumber("events", facts.LostEvents);
        json.WriteNumber("marks", facts.LostMarks);
        json.WriteNumber("undeclared", facts.UndeclaredLosses);
        json.WriteEndObject();
        json.WriteNumber("quarantined", facts.Quarantined);
        Share(json, "tracer_overhead", facts.TracerOverhead);
        json.WriteStartArray("disturbers");
        foreach (string task in facts.Disturbers)
        {
            json.WriteStringValue(task);
        }
        json.WriteEndArray();
        json.WriteStartArray("questions");
        foreach ((string question, bool can, string why) in facts.Questions)
        {
            json.WriteStartObject();
            json.WriteString("question", question);
            json.WriteBoolean("can", can);
            json.WriteString("why", why);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("record_next_time");
        foreach (string advice in facts.Advice)
        {
            json.WriteStringValue(advice);
        }
        json.WriteEndArray();
        json.WriteString("verdict", facts.Verdict);
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void Share(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, Math.Round(number, 6));
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void Text(Utf8JsonWriter json, string name, string? value)
    {
        if (value is null)
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteString(name, value);
        }
    }
}
