using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SecondLook.Contracts.Events;
using SecondLook.Contracts.Tables;
using SecondLook.Ingest.Capture;

namespace SecondLook.Ingest.Dataset;

/// <summary>The <c>kmr.*</c> metadata of every event part (trace-formats.md section 4): JSON with sorted keys, no clock, no path.</summary>
internal static class DatasetMetadata
{
    /// <summary>Sets all of it.</summary>
    public static void Set(EventsWriter events, IngestRun run, IngestRequest request)
    {
        IngestState state = run.State;
        events.SetMetadata("kmr.schema", "1");
        events.SetMetadata("kmr.tool", $"secondlook {typeof(DatasetMetadata).Assembly.GetName().Version?.ToString(3)}");
        events.SetMetadata("kmr.inputs", Json(w => Inputs(w, state)));
        events.SetMetadata("kmr.streams", Json(w => Streams(w, state)));
        events.SetMetadata("kmr.vms", Json(w => Strings(w, state.Vms.Names)));
        events.SetMetadata("kmr.dicts", Json(Dictionaries));
        events.SetMetadata("kmr.repairs", Json(w => Repairs(w, state)));
        events.SetMetadata("kmr.counters", Json(w => Counters(w, run)));
        events.SetMetadata("kmr.options", Json(w => Options(w, request)));
        events.SetMetadata("kmr.page_size", "4096");
        events.SetMetadata("kmr.spte_format", SpteFormatOf(state));
        if (state.Marks.Marks.Count > 0 && state.Streams.Count > 0)
        {
            events.SetMetadata("kmr.clock_marks", Json(w => Marks(w, state)));
        }
    }

    // Where the clock steps, the offset between a mark's stamp and the CLOCK_MONOTONIC in it steps too.
    private static void Marks(Utf8JsonWriter json, IngestState state)
    {
        json.WriteStartObject();
        json.WriteStartArray("marks");
        foreach ((ulong stamp, long mono) in state.Marks.Marks)
        {
            json.WriteStartArray();
            json.WriteNumberValue(unchecked((long)stamp));
            json.WriteNumberValue(mono);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteNumber("shift_ns", ClockAlignment.Of(state.Streams[0], state.Marks).ShiftNs ?? 0);
        json.WriteEndObject();
    }

    /// <summary>Bit layout of the SPTEs of all streams, <c>none</c> when there are none or they differ.</summary>
    public static string SpteFormatOf(IngestState state)
    {
        SpteFormat format = SpteFormat.None;
        foreach (StreamFacts stream in state.Streams)
        {
            if (stream.Sptes.Format != SpteFormat.None)
            {
                if (format != SpteFormat.None && format != stream.Sptes.Format)
                {
                    return EventNames.Of(SpteFormat.None);
                }
                format = stream.Sptes.Format;
            }
        }
        return EventNames.Of(format);
    }

    /// <summary>Writes the inputs as an array.</summary>
    public static void Inputs(Utf8JsonWriter json, IngestState state)
    {
        json.WriteStartArray();
        foreach (InputFacts input in state.Inputs)
        {
            json.WriteStartObject();
            json.WriteNumber("bytes", input.Bytes);
            json.WriteString("compression", input.Compression);
            json.WriteString("container", input.Container);
            json.WriteString("name", input.Name);
            json.WriteString("sha256", input.Sha256);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>Writes the streams as an array.</summary>
    public static void Streams(Utf8JsonWriter json, IngestState state)
    {
        json.WriteStartArray();
        foreach (StreamFacts stream in state.Streams)
        {
            json.WriteStartObject();
            json.WriteString("arch", stream.Arch ?? "");
            json.WriteString("clock", stream.Clock);
            json.WriteBoolean("clock_named", stream.ClockNamed);
            json.WriteString("kernel", stream.Kernel ?? "");
            json.WriteString("kind", stream.IsGuest ? "guest" : "host");
            json.WriteString("name", stream.Name ?? "");
            json.WriteBoolean("relative", stream.Relative);
            if (stream.SampledPages is { } sampled)
            {
                json.WriteNumber("sampled_pages", sampled);
            }
            json.WriteString("spte_format", EventNames.Of(stream.Sptes.Format));
            json.WriteString("unit", stream.Unit);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>Writes the repairs as an object.</summary>
    public static void Repairs(Utf8JsonWriter json, IngestState state)
    {
        SortedDictionary<string, long> repairs = new(StringComparer.Ordinal);
        for (int i = 0; i < state.Context.Repairs.Length; i++)
        {
            if (state.Context.Repairs[i] != 0)
            {
                repairs[RepairNames.Of((RepairKind)i)] = state.Context.Repairs[i];
            }
        }
        Numbers(json, repairs);
    }

    /// <summary>Writes the counters as an object.</summary>
    public static void Counters(Utf8JsonWriter json, IngestRun run) => Numbers(json, new SortedDictionary<string, long>(StringComparer.Ordinal)
    {
        ["events"] = run.Sink.EventCount,
        ["gaps"] = run.Sink.GapCount,
        ["other_events"] = run.Sink.OtherEventCount,
        ["other_lines"] = run.State.OtherLines,
        ["quarantined"] = run.State.Quarantine.Total,
    });

    /// <summary>Writes numbers by name as an object.</summary>
    public static void Numbers(Utf8JsonWriter json, IEnumerable<KeyValuePair<string, long>> numbers)
    {
        json.WriteStartObject();
        foreach ((string name, long number) in numbers)
        {
            json.WriteNumber(name, number);
        }
        json.WriteEndObject();
    }

    private static void Strings(Utf8JsonWriter json, IEnumerable<string> strings)
    {
        json.WriteStartArray();
        foreach (string text in strings)
        {
            json.WriteStringValue(text);
        }
        json.WriteEndArray();
    }

    private static void Options(Utf8JsonWriter json, IngestRequest request)
    {
        SortedDictionary<string, string> options = new(StringComparer.Ordinal);
        foreach ((string name, string value) in request.Options)
        {
            options[name] = value;
        }
        if (request.Format is not null)
        {
            options["format"] = request.Format;
        }
        json.WriteStartObject();
        foreach ((string name, string value) in options)
        {
            json.WriteString(name, value);
        }
        json.WriteEndObject();
    }

    private static void Dictionaries(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        Codes<TraceEventKind>(json, "kind");
        Codes<TraceEventOp>(json, "op");
        Codes<AddressSpaceKind>(json, "space");
        Codes<SpteFormat>(json, "spte_format");
        Codes<YoungSource>(json, "young_src");
        json.WriteEndObject();
    }

    private static void Codes<T>(Utf8JsonWriter json, string name)
        where T : struct, Enum
    {
        json.WriteStartObject(name);
        foreach (T value in Enum.GetValues<T>())
        {
            json.WriteString(Convert.ToInt32(value, null).ToString(System.Globalization.CultureInfo.InvariantCulture), EventNames.ToSnakeCase(value.ToString()));
        }
        json.WriteEndObject();
    }

    private static string Json(Action<Utf8JsonWriter> write)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            write(json);
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
