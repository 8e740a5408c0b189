using System.Text.Json;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Runs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Facts;

/// <summary>What ingest says about the trace: counts of events and of everything that was odd (<c>diagnostics.json</c> and the gaps table).</summary>
public sealed class TraceFacts
{
    private readonly SortedDictionary<string, long> _events = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, TraceOddity> _oddities = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _answers = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _identity = new(StringComparer.Ordinal);

    private TraceFacts()
    {
    }

    /// <summary>Events kept, by tracepoint.</summary>
    public IReadOnlyDictionary<string, long> Events => _events;

    /// <summary>Everything odd, by id.</summary>
    public IReadOnlyDictionary<string, TraceOddity> Oddities => _oddities;

    /// <summary>What the aging calls answered, as far as the trace tells: counts by kind of answer.</summary>
    public IReadOnlyDictionary<string, long> Answers => _answers;

    /// <summary>What the capture says about its machine and kernel, by key.</summary>
    public IReadOnlyDictionary<string, string> Identity => _identity;

    /// <summary>Events kept, in all.</summary>
    public long EventCount => _events.Values.Sum();

    /// <summary>Stretches in which events were lost.</summary>
    public int Gaps { get; private set; }

    /// <summary>Gaps of unknown extent: their count of lost events is not recorded.</summary>
    public int GapsOfUnknownSize { get; private set; }

    /// <summary>Events lost where the tracer says how many.</summary>
    public long LostEvents { get; private set; }

    /// <summary>Time inside gaps whose both ends are known, ns, summed over CPUs.</summary>
    public long GapNs { get; private set; }

    /// <summary>Reads the facts; a missing file reads as nothing known.</summary>
    /// <exception cref="ArtifactException">A file is damaged.</exception>
    public static TraceFacts Read(RunFolder run)
    {
        TraceFacts facts = new();
        string inEvents = Path.Combine(run.Events, "diagnostics.json");
        string path = File.Exists(inEvents) ? inEvents : run.Diagnostics;
        if (File.Exists(path))
        {
            try
            {
                using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
                facts.ReadJson(json.RootElement);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
            {
                throw new ArtifactException(path, e is IOException or UnauthorizedAccessException ? "no readable file" : "JSON that cannot be read", "diagnostics.json");
            }
        }
        facts.ReadGaps(Path.Combine(run.Events, "gaps.parquet"));
        return facts;
    }

    /// <summary>Sum over oddities whose id begins so.</summary>
    public long CountOf(string prefix) => _oddities.Values.Where(o => o.Id.StartsWith(prefix, StringComparison.Ordinal)).Sum(o => o.Count);

    /// <summary>Oddities whose id begins so, by id.</summary>
    public IEnumerable<TraceOddity> Of(string prefix) => _oddities.Values.Where(o => o.Id.StartsWith(prefix, StringComparison.Ordinal));

    private void ReadGaps(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }
        Table gaps = Table.Read(path, GapsTable.Schema);
        Gaps = gaps.RowCount;
        for (int r = 0; r < gaps.RowCount; r++)
        {
            if (gaps.IsNull(GapsTable.Lost, r))
            {
                GapsOfUnknownSize++;
            }
            else
            {
                LostEvents += gaps[GapsTable.Lost][r];
            }
            if (!gaps.IsNull(GapsTable.TsBeginNs, r) && !gaps.IsNull(GapsTable.TsEndNs, r))
            {
                GapNs += Math.Max(0, gaps[GapsTable.TsEndNs][r] - gaps[GapsTable.TsBeginNs][r]);
            }
        }
    }

    private void ReadJson(JsonElement root)
    {
        foreach (JsonProperty property in root.EnumerateObject())
        {
            switch (property.Name)
            {
                case "events_by_name":
                    Numbers(property.Value, (name, count) => _events[name] = count);
                    break;
                case "repairs":
                    Numbers(property.Value, (name, count) => Add("repair." + name, count, "repaired, and kept"));
                    break;
                case "form_not_known":
                    Numbers(property.Value, (name, count) => Add("form_not_known." + name, count, "most lines of this event could not be read: a form not known yet"));
                    break;
                case "quarantine":
                    foreach (JsonProperty cause in Members(property.Value))
                    {
                        Add("quarantine." + cause.Name, Count(cause.Value), FirstExample(cause.Value));
                    }
                    break;
                case "undeclared_losses":
                    Add("gap.undeclared", Count(property.Value), "answers that contradict each other: events were lost without a mark");
                    break;
                case "side_file_problem_count":
                    Add("side_files.problems", Count(property.Value), "lines of side files that could not be used");
                    break;
                case "answers":
                    Numbers(property.Value, (name, count) => _answers[name] = count);
                    break;
                case "streams" when property.Value.ValueKind == JsonValueKind.Array && property.Value.GetArrayLength() > 0:
                    foreach (JsonProperty fact in Members(property.Value[0]).Where(f => f.Value.ValueKind == JsonValueKind.String))
                    {
                        _identity[fact.Name] = fact.Value.GetString()!;
                    }
                    break;
                case "identity":
                    foreach (JsonProperty fact in Members(property.Value).Where(f => f.Value.ValueKind == JsonValueKind.String))
                    {
                        _identity[fact.Name] = fact.Value.GetString()!;
                    }
                    break;
                default:
                    break;
            }
        }
    }

    private static JsonProperty[] Members(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object ? [.. element.EnumerateObject()] : [];

    private static long Count(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number => element.GetInt64(),
        JsonValueKind.Object when element.TryGetProperty("count", out JsonElement count) => count.GetInt64(),
        _ => 0,
    };

    private static void Numbers(JsonElement element, Action<string, long> take)
    {
        foreach (JsonProperty member in Members(element).Where(m => m.Value.ValueKind == JsonValueKind.Number))
        {
            take(member.Name, member.Value.GetInt64());
        }
    }

    private static string FirstExample(JsonElement cause)
    {
        if (cause.ValueKind == JsonValueKind.Object && cause.TryGetProperty("examples", out JsonElement examples) && examples.ValueKind == JsonValueKind.Array && examples.GetArrayLength() > 0
            && examples[0].TryGetProperty("line", out JsonElement line) && examples[0].TryGetProperty("text", out JsonElement text))
        {
            string shown = text.GetString() ?? "";
            return $"first on line {line.GetRawText()}: {(shown.Length > 100 ? shown[..100] : shown)}";
        }
        return "";
    }

    private void Add(string id, long count, string note)
    {
        if (count != 0)
        {
            _oddities[id] = new TraceOddity(id, count, note);
        }
    }
}

/// <summary>One cause of trouble with the input, counted.</summary>
/// <param name="Id">Such as <c>quarantine.malformed_event</c>.</param>
/// <param name="Count">How often.</param>
/// <param name="Note">First example, or what it means.</param>
public sealed record TraceOddity(string Id, long Count, string Note);
