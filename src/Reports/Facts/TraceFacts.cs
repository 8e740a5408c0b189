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
    private readonly SortedDictionary<string, string> _identity = new(StringComparer.Ordinal);

    private TraceFacts()
    {
    }

    /// <summary>Events kept, by kind.</summary>
    public IReadOnlyDictionary<string, long> Events => _events;

    /// <summary>Everything odd, by id.</summary>
    public IReadOnlyDictionary<string, TraceOddity> Oddities => _oddities;

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
                case "events" when property.Value.ValueKind == JsonValueKind.Object:
                    foreach (JsonProperty kind in property.Value.EnumerateObject())
                    {
                        _events[kind.Name] = kind.Value.GetInt64();
                    }
                    break;
                case "diagnostics" when property.Value.ValueKind == JsonValueKind.Array:
                    foreach (JsonElement entry in property.Value.EnumerateArray())
                    {
                        Add(entry.GetProperty("id").GetString() ?? "", entry.GetProperty("count").GetInt64(), Text(entry, "severity"), Text(entry, "advice"));
                    }
                    break;
                case "quarantine" or "repairs" when property.Value.ValueKind == JsonValueKind.Object:
                    string group = property.Name == "repairs" ? "repair." : "quarantine.";
                    foreach (JsonProperty cause in property.Value.EnumerateObject().Where(c => c.Value.ValueKind == JsonValueKind.Number))
                    {
                        Add(group + cause.Name, cause.Value.GetInt64(), group == "repair." ? "repair" : "bad_input", "");
                    }
                    break;
                case "identity" when property.Value.ValueKind == JsonValueKind.Object:
                    foreach (JsonProperty fact in property.Value.EnumerateObject())
                    {
                        _identity[fact.Name] = fact.Value.ValueKind == JsonValueKind.String ? fact.Value.GetString()! : fact.Value.GetRawText();
                    }
                    break;
                default:
                    break;
            }
        }
    }

    private void Add(string id, long count, string severity, string advice)
    {
        if (!_oddities.ContainsKey(id))
        {
            _oddities.Add(id, new TraceOddity(id, count, severity, advice));
        }
    }

    private static string Text(JsonElement entry, string key) =>
        entry.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}

/// <summary>One cause of trouble with the input, counted.</summary>
/// <param name="Id">Such as <c>quarantine.malformed_event</c>.</param>
/// <param name="Count">How often.</param>
/// <param name="Severity">Info, repair, bad input or data loss, as written.</param>
/// <param name="Advice">What a user can do.</param>
public sealed record TraceOddity(string Id, long Count, string Severity, string Advice);
