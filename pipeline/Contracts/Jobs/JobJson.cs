using System.Text;
using System.Text.Json;

namespace SecondLook.Contracts.Jobs;

/// <summary>Writes a job in its normal form: every key, fixed order, inputs by base name only, so that equal jobs give equal bytes anywhere.</summary>
public static class JobJson
{
    /// <summary>Writes the job as the value of the property <c>job</c>, or as the root when the writer is at the start.</summary>
    public static void Write(Utf8JsonWriter json, Job job)
    {
        json.WriteStartObject();
        json.WriteString("name", job.Name);
        json.WriteStartObject("trace");
        json.WriteStartArray("inputs");
        foreach (string input in job.Trace.Inputs)
        {
            json.WriteStringValue(BaseName(input));
        }
        json.WriteEndArray();
        WriteOptional(json, "memslots", job.Trace.Memslots is null ? null : BaseName(job.Trace.Memslots));
        WriteOptional(json, "format", job.Trace.Format);
        WriteMap(json, "options", job.Trace.Options);
        json.WriteEndObject();
        json.WriteStartObject("schedule");
        json.WriteString("accesses", job.Schedule.Accesses);
        WriteArray(json, "options", job.Schedule.Options);
        json.WriteNumber("seeds", job.Schedule.Seeds);
        json.WriteBoolean("thorough", job.Schedule.Thorough);
        json.WriteEndObject();
        json.WriteStartObject("reclaim");
        json.WriteString("demand", job.Reclaim.Demand);
        WriteArray(json, "capacities", job.Reclaim.Capacities);
        // Only where it departs from the default, so that the hash of other jobs stays what it was.
        if (job.Reclaim.Memcgs == ReclaimSection.PerVm)
        {
            json.WriteString("memcgs", job.Reclaim.Memcgs);
        }
        if (job.Reclaim.Demand is "proactive" or "pressure")
        {
            WriteOptional(json, "interval_ns", job.Reclaim.IntervalNs);
            WriteOptional(json, "cold_age_ns", job.Reclaim.ColdAgeNs);
            json.WriteString("control", job.Reclaim.Control);
            json.WriteNumber("promotion_target", job.Reclaim.PromotionTarget);
            json.WriteNumber("percentile", job.Reclaim.Percentile);
            json.WriteNumber("start_delay_ns", job.Reclaim.StartDelayNs);
            json.WriteNumber("ratio", job.Reclaim.Ratio);
            json.WriteNumber("psi_target", job.Reclaim.PsiTarget);
            json.WriteNumber("fault_cost_ns", job.Reclaim.FaultCostNs);
        }
        json.WriteEndObject();
        json.WriteStartArray("policies");
        foreach (PolicySpec policy in job.Policies)
        {
            json.WriteStartObject();
            json.WriteString("name", policy.Name);
            json.WriteString("preset", policy.Preset);
            WriteMap(json, "switches", policy.Switches);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartObject("metrics");
        WriteOptional(json, "horizon_ns", job.Metrics.HorizonNs);
        WriteOptional(json, "cold_age_ns", job.Metrics.ColdAgeNs);
        json.WriteEndObject();
        json.WriteStartObject("report");
        WriteOptional(json, "title", job.Report.Title);
        json.WriteBoolean("modelled_trace", job.Report.ModelledTrace);
        json.WriteEndObject();
        json.WriteStartObject("thresholds");
        foreach ((string key, double limit) in job.Thresholds)
        {
            json.WriteNumber(key, limit);
        }
        json.WriteEndObject();
        json.WriteNumber("seed", job.Seed);
        json.WriteString("codec", job.Codec.ToString().ToLowerInvariant());
        json.WriteEndObject();
    }

    /// <summary>Reads the normal form back; inputs are base names.</summary>
    /// <exception cref="KeyNotFoundException">A key is missing: this is not a normal form.</exception>
    public static Job Read(JsonElement json)
    {
        JsonElement trace = json.GetProperty("trace");
        JsonElement schedule = json.GetProperty("schedule");
        JsonElement reclaim = json.GetProperty("reclaim");
        JsonElement metrics = json.GetProperty("metrics");
        List<PolicySpec> policies = [];
        foreach (JsonElement policy in json.GetProperty("policies").EnumerateArray())
        {
            policies.Add(new PolicySpec(policy.GetProperty("name").GetString()!, policy.GetProperty("preset").GetString()!, Map(policy.GetProperty("switches"))));
        }
        SortedDictionary<string, double> thresholds = new(StringComparer.Ordinal);
        foreach (JsonProperty limit in json.GetProperty("thresholds").EnumerateObject())
        {
            thresholds[limit.Name] = limit.Value.GetDouble();
        }
        return new Job
        {
            Name = json.GetProperty("name").GetString()!,
            Trace = new TraceSection
            {
                Inputs = Texts(trace.GetProperty("inputs")),
                Memslots = trace.GetProperty("memslots").GetString(),
                Format = trace.GetProperty("format").GetString(),
                Options = Map(trace.GetProperty("options")),
            },
            Schedule = new ScheduleSection
            {
                Accesses = schedule.GetProperty("accesses").GetString()!,
                Options = Texts(schedule.GetProperty("options")),
                Seeds = schedule.GetProperty("seeds").GetInt32(),
                Thorough = schedule.GetProperty("thorough").GetBoolean(),
            },
            Reclaim = ReadReclaim(reclaim),
            Policies = policies,
            Metrics = new MetricsSection { HorizonNs = Number(metrics.GetProperty("horizon_ns")), ColdAgeNs = Number(metrics.GetProperty("cold_age_ns")) },
            Report = new ReportSection
            {
                Title = json.GetProperty("report").GetProperty("title").GetString(),
                ModelledTrace = json.GetProperty("report").GetProperty("modelled_trace").GetBoolean(),
            },
            Thresholds = thresholds,
            Seed = json.GetProperty("seed").GetUInt64(),
            Codec = Enum.Parse<Parquet.ParquetCodec>(json.GetProperty("codec").GetString()!, ignoreCase: true),
        };
    }

    private static ReclaimSection ReadReclaim(JsonElement reclaim)
    {
        ReclaimSection section = new() { Demand = reclaim.GetProperty("demand").GetString()!, Capacities = Texts(reclaim.GetProperty("capacities")) };
        section = reclaim.TryGetProperty("memcgs", out JsonElement memcgs) ? section with { Memcgs = memcgs.GetString()! } : section;
        return section.Demand is not ("proactive" or "pressure") ? section : section with
        {
            IntervalNs = Number(reclaim.GetProperty("interval_ns")),
            ColdAgeNs = Number(reclaim.GetProperty("cold_age_ns")),
            Control = reclaim.GetProperty("control").GetString()!,
            PromotionTarget = reclaim.GetProperty("promotion_target").GetDouble(),
            Percentile = reclaim.GetProperty("percentile").GetDouble(),
            StartDelayNs = reclaim.GetProperty("start_delay_ns").GetInt64(),
            Ratio = reclaim.GetProperty("ratio").GetDouble(),
            PsiTarget = reclaim.GetProperty("psi_target").GetDouble(),
            FaultCostNs = reclaim.GetProperty("fault_cost_ns").GetInt64(),
        };
    }

    /// <summary>The normal form as text.</summary>
    public static string ToText(Job job)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            Write(json, job);
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string BaseName(string path) => path == "-" ? "-" : Path.GetFileName(Path.TrimEndingDirectorySeparator(path));

    private static void WriteOptional(Utf8JsonWriter json, string key, string? value)
    {
        if (value is null)
        {
            json.WriteNull(key);
        }
        else
        {
            json.WriteString(key, value);
        }
    }

    private static void WriteOptional(Utf8JsonWriter json, string key, long? value)
    {
        if (value is null)
        {
            json.WriteNull(key);
        }
        else
        {
            json.WriteNumber(key, value.Value);
        }
    }

    private static void WriteArray(Utf8JsonWriter json, string key, IReadOnlyList<string> values)
    {
        json.WriteStartArray(key);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }
        json.WriteEndArray();
    }

    private static void WriteMap(Utf8JsonWriter json, string key, IReadOnlyDictionary<string, string> map)
    {
        json.WriteStartObject(key);
        foreach ((string name, string value) in map)
        {
            json.WriteString(name, value);
        }
        json.WriteEndObject();
    }

    private static string[] Texts(JsonElement array)
    {
        List<string> texts = [];
        foreach (JsonElement item in array.EnumerateArray())
        {
            texts.Add(item.GetString()!);
        }
        return [.. texts];
    }

    private static SortedDictionary<string, string> Map(JsonElement element)
    {
        SortedDictionary<string, string> map = new(StringComparer.Ordinal);
        foreach (JsonProperty member in element.EnumerateObject())
        {
            map[member.Name] = member.Value.GetString()!;
        }
        return map;
    }

    private static long? Number(JsonElement element) => element.ValueKind == JsonValueKind.Null ? null : element.GetInt64();
}
