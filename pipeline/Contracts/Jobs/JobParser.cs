using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using SecondLook.Parquet;

namespace SecondLook.Contracts.Jobs;

/// <summary>Turns the JSON tree of a job into a <see cref="Job"/>, checking every key and name.</summary>
/// <param name="problems">Where mistakes go.</param>
/// <param name="vocabulary">Names that exist.</param>
internal sealed class JobParser(JobProblems problems, JobVocabulary vocabulary)
{
    private static readonly string[] Accesses = ["auto", "trace", "truth"];
    private static readonly string[] Codecs = ["zstd", "brotli", "none"];

    /// <summary>Parses the tree; null when a required section is missing (the mistake is recorded).</summary>
    public Job? Parse(JsonObject root, string defaultName)
    {
        using JsonDocument document = JsonDocument.Parse(root.ToJsonString());
        string name = defaultName;
        TraceSection? trace = null;
        ScheduleSection schedule = new();
        ReclaimSection reclaim = new();
        List<PolicySpec>? policies = null;
        MetricsSection metrics = new();
        ReportSection report = new();
        SortedDictionary<string, double> thresholds = new(StringComparer.Ordinal);
        ulong seed = 1;
        ParquetCodec codec = ParquetCodec.Zstd;
        foreach (JsonProperty member in problems.Members(
            document.RootElement, "", "name", "trace", "schedule", "reclaim", "policies", "metrics", "report", "thresholds", "seed", "codec"))
        {
            JsonElement value = member.Value;
            switch (member.Name)
            {
                case "name":
                    name = Name(value);
                    break;
                case "trace":
                    trace = Trace(value);
                    break;
                case "schedule":
                    schedule = Schedule(value);
                    break;
                case "reclaim":
                    reclaim = Reclaim(value);
                    break;
                case "policies":
                    policies = Policies(value);
                    break;
                case "metrics":
                    metrics = Metrics(value);
                    break;
                case "report":
                    report = Report(value);
                    break;
                case "thresholds":
                    Thresholds(value, thresholds);
                    break;
                case "seed":
                    seed = (ulong)problems.Integer(value, "seed", 0, long.MaxValue);
                    break;
                case "codec":
                    codec = problems.OneOf(value, "codec", Codecs) switch
                    {
                        "none" => ParquetCodec.None,
                        "brotli" => ParquetCodec.Brotli,
                        _ => ParquetCodec.Zstd,
                    };
                    break;
            }
        }
        if (trace is null)
        {
            problems.Add("trace", "missing; a job needs at least {\"trace\": {\"inputs\": [...]}, \"policies\": [...]}");
        }
        if (policies is null)
        {
            problems.Add("policies", $"missing; name at least one of {string.Join(", ", vocabulary.Presets)}");
        }
        return trace is null || policies is null ? null : new Job
        {
            Name = name,
            Trace = trace,
            Schedule = schedule,
            Reclaim = reclaim,
            Policies = policies,
            Metrics = metrics,
            Report = report,
            Thresholds = thresholds,
            Seed = seed,
            Codec = codec,
        };
    }

    private string Name(JsonElement value)
    {
        string name = problems.Text(value, "name", "job");
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.'))
            {
                problems.Add("name", $"'{name}' names a folder: only letters, digits, '-', '_' and '.' are allowed");
                break;
            }
        }
        if (name.Length is 0 or > 80 || name[0] == '.')
        {
            problems.Add("name", "a name has 1 to 80 characters and does not begin with '.'");
        }
        return name;
    }

    private TraceSection? Trace(JsonElement element)
    {
        List<string>? inputs = null;
        string? memslots = null;
        string? format = null;
        SortedDictionary<string, string> options = new(StringComparer.Ordinal);
        foreach (JsonProperty member in problems.Members(element, "trace", "inputs", "memslots", "format", "options"))
        {
            switch (member.Name)
            {
                case "inputs":
                    inputs = problems.Texts(member.Value, "trace.inputs");
                    CheckInputs(inputs);
                    break;
                case "memslots" when member.Value.ValueKind != JsonValueKind.Null:
                    memslots = problems.Text(member.Value, "trace.memslots");
                    if (!File.Exists(memslots))
                    {
                        problems.Add("trace.memslots", $"no file '{memslots}'");
                    }
                    break;
                case "format" when member.Value.ValueKind != JsonValueKind.Null:
                    format = problems.OneOf(member.Value, "trace.format", vocabulary.Formats);
                    break;
                case "options":
                    foreach (JsonProperty option in problems.Members(member.Value, "trace.options"))
                    {
                        options[option.Name] = problems.Scalar(option.Value, $"trace.options.{option.Name}");
                    }
                    break;
            }
        }
        if (inputs is null or [])
        {
            problems.Add("trace.inputs", "missing; name a trace, a capture folder, or \"-\" for stdin");
            return null;
        }
        return new TraceSection { Inputs = inputs, Memslots = memslots, Format = format, Options = options };
    }

    private void CheckInputs(List<string> inputs)
    {
        for (int i = 0; i < inputs.Count; i++)
        {
            if (inputs[i] != "-" && !File.Exists(inputs[i]) && !Directory.Exists(inputs[i]))
            {
                problems.Add($"trace.inputs[{i}]", $"no file or folder '{inputs[i]}'");
            }
        }
    }

    private ScheduleSection Schedule(JsonElement element)
    {
        ScheduleSection section = new();
        foreach (JsonProperty member in problems.Members(element, "schedule", "accesses", "options", "seeds", "thorough"))
        {
            switch (member.Name)
            {
                case "accesses":
                    section = section with { Accesses = problems.OneOf(member.Value, "schedule.accesses", Accesses) };
                    break;
                case "options":
                    List<string> options = problems.Texts(member.Value, "schedule.options");
                    for (int i = 0; i < options.Count; i++)
                    {
                        CheckName(options[i], $"schedule.options[{i}]", vocabulary.ScheduleOptions);
                    }
                    if (options.Count == 0)
                    {
                        problems.Add("schedule.options", "name at least one option");
                    }
                    section = section with { Options = options };
                    break;
                case "seeds":
                    section = section with { Seeds = (int)problems.Integer(member.Value, "schedule.seeds", 1, 1000) };
                    break;
                case "thorough":
                    if (member.Value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
                    {
                        problems.Add("schedule.thorough", "expected true or false");
                    }
                    section = section with { Thorough = member.Value.ValueKind == JsonValueKind.True };
                    break;
            }
        }
        return section;
    }

    private ReclaimSection Reclaim(JsonElement element)
    {
        ReclaimSection section = new();
        foreach (JsonProperty member in problems.Members(element, "reclaim", "demand", "capacities", "memcgs", "interval", "cold_age", "control", "promotion_target", "percentile", "start_delay", "ratio", "psi_target", "fault_cost"))
        {
            switch (member.Name)
            {
                case "demand":
                    section = section with { Demand = problems.OneOf(member.Value, "reclaim.demand", vocabulary.Demands) };
                    break;
                case "capacities":
                    List<string> capacities = problems.Texts(member.Value, "reclaim.capacities");
                    for (int i = 0; i < capacities.Count; i++)
                    {
                        if (!Quantities.TryPages(capacities[i], 1 << 20, out _))
                        {
                            problems.Add($"reclaim.capacities[{i}]", $"expected a size such as \"50%\", \"256MiB\" or \"4096 pages\", found '{capacities[i]}'");
                        }
                    }
                    section = section with { Capacities = capacities };
                    break;
                case "memcgs":
                    section = section with { Memcgs = problems.OneOf(member.Value, "reclaim.memcgs", ["one", ReclaimSection.PerVm]) };
                    break;
                case "interval":
                    section = section with { IntervalNs = problems.Duration(member.Value, "reclaim.interval") };
                    break;
                case "cold_age":
                    section = section with { ColdAgeNs = problems.Duration(member.Value, "reclaim.cold_age") };
                    break;
                case "control":
                    section = section with { Control = problems.OneOf(member.Value, "reclaim.control", ["generation", "histogram"]) };
                    break;
                case "promotion_target":
                    section = section with { PromotionTarget = problems.Share(member.Value, "reclaim.promotion_target") };
                    break;
                case "percentile":
                    section = section with { Percentile = problems.Share(member.Value, "reclaim.percentile") };
                    break;
                case "start_delay":
                    section = section with { StartDelayNs = problems.Duration(member.Value, "reclaim.start_delay") ?? 0 };
                    break;
                case "ratio":
                    section = section with { Ratio = problems.Share(member.Value, "reclaim.ratio") };
                    break;
                case "psi_target":
                    section = section with { PsiTarget = problems.Share(member.Value, "reclaim.psi_target") };
                    break;
                case "fault_cost":
                    section = section with { FaultCostNs = problems.Duration(member.Value, "reclaim.fault_cost") ?? section.FaultCostNs };
                    break;
            }
        }
        if (section is { Memcgs: ReclaimSection.PerVm, Demand: not "capacity" })
        {
            problems.Add("reclaim.memcgs", $"'{ReclaimSection.PerVm}' needs the demand 'capacity'; commands of other demands name one cgroup");
        }
        return section;
    }

    private List<PolicySpec> Policies(JsonElement element)
    {
        List<PolicySpec> policies = [];
        if (element.ValueKind != JsonValueKind.Array || element.GetArrayLength() == 0)
        {
            problems.Add("policies", "expected an array of preset names or objects, at least one");
            return policies;
        }
        HashSet<string> names = new(StringComparer.Ordinal);
        int index = 0;
        foreach (JsonElement item in element.EnumerateArray())
        {
            string path = $"policies[{index++}]";
            PolicySpec? policy = item.ValueKind == JsonValueKind.String
                ? Preset(problems.OneOf(item, path, vocabulary.Presets))
                : PolicyObject(item, path);
            if (policy is not null && !names.Add(policy.Name))
            {
                problems.Add(path, $"the name '{policy.Name}' is used twice; give one of them a \"name\"");
            }
            else if (policy is not null)
            {
                policies.Add(policy);
            }
        }
        return policies;
    }

    private static PolicySpec Preset(string preset) => new(preset, preset, new SortedDictionary<string, string>(StringComparer.Ordinal));

    private PolicySpec? PolicyObject(JsonElement item, string path)
    {
        SortedDictionary<string, string> switches = new(StringComparer.Ordinal);
        string? preset = null;
        string? name = null;
        foreach (JsonProperty member in problems.Members(item, path))
        {
            string at = JobProblems.Join(path, member.Name);
            switch (member.Name)
            {
                case "preset":
                    preset = problems.OneOf(member.Value, at, vocabulary.Presets);
                    break;
                case "name":
                    name = Name(member.Value);
                    break;
                default:
                    CheckName(member.Name, at, ["preset", "name", .. vocabulary.Switches]);
                    switches[member.Name] = problems.Scalar(member.Value, at);
                    break;
            }
        }
        if (preset is null)
        {
            problems.Add(path, "needs a \"preset\"");
            return null;
        }
        if (name is null && switches.Count > 0)
        {
            List<string> parts = [preset];
            foreach ((string key, string value) in switches)
            {
                parts.Add($"{key}-{value}");
            }
            name = string.Join('.', parts);
        }
        return new PolicySpec(name ?? preset, preset, switches);
    }

    private MetricsSection Metrics(JsonElement element)
    {
        MetricsSection section = new();
        foreach (JsonProperty member in problems.Members(element, "metrics", "horizon", "cold_age"))
        {
            section = member.Name == "horizon"
                ? section with { HorizonNs = problems.Duration(member.Value, "metrics.horizon") }
                : section with { ColdAgeNs = problems.Duration(member.Value, "metrics.cold_age") };
        }
        return section;
    }

    private ReportSection Report(JsonElement element)
    {
        ReportSection section = new();
        foreach (JsonProperty member in problems.Members(element, "report", "title", "modelled_trace"))
        {
            if (member.Name == "title")
            {
                section = section with { Title = problems.Text(member.Value, "report.title") };
            }
            else if (member.Value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            {
                section = section with { ModelledTrace = member.Value.ValueKind == JsonValueKind.True };
            }
            else
            {
                problems.Add("report.modelled_trace", "expected true or false");
            }
        }
        return section;
    }

    private void Thresholds(JsonElement element, SortedDictionary<string, double> thresholds)
    {
        foreach (JsonProperty member in problems.Members(element, "thresholds"))
        {
            string path = $"thresholds.{member.Name}";
            int dot = member.Name.LastIndexOf('.');
            if (dot <= 0)
            {
                problems.Add(path, "expected the key \"policy.metric\", such as \"mainline_6_12.false_cold_percent\"");
                continue;
            }
            CheckName(member.Name[(dot + 1)..], path, vocabulary.Metrics);
            if (member.Value.ValueKind != JsonValueKind.Number || !member.Value.TryGetDouble(out double limit))
            {
                problems.Add(path, string.Create(CultureInfo.InvariantCulture, $"expected a number, found {member.Value.GetRawText()}"));
                continue;
            }
            thresholds[member.Name] = limit;
        }
    }

    private void CheckName(string name, string path, IReadOnlyCollection<string> known)
    {
        if (!JobProblems.Contains(known, name))
        {
            problems.Add(path, $"'{name}' is not known{NameSuggestion.For(name, known)}");
        }
    }
}
