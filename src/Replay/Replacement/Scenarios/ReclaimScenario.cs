using System.Text;
using System.Text.Json;
using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Replacement.Scenarios;

/// <summary>Runs a whole-lruvec scenario: a small history of one memcg, with the state after every event.</summary>
/// <remarks>Models: one process with one anonymous mapping, backed by one x86 TDP MMU. Omits: page contents and time.</remarks>
public static class ReclaimScenario
{
    /// <summary>Runs a scenario file.</summary>
    /// <param name="path">JSON file.</param>
    /// <returns>The results as JSON text, an object with the member <c>results</c>.</returns>
    /// <exception cref="JsonException">The file is no JSON.</exception>
    /// <exception cref="ArgumentException">An event, profile, overlay or option is unknown.</exception>
    public static string RunFile(string path) => Run(File.ReadAllText(path));

    /// <summary>Runs a scenario.</summary>
    /// <param name="json">Its text.</param>
    /// <returns>The results as JSON text.</returns>
    /// <exception cref="JsonException">The text is no JSON.</exception>
    /// <exception cref="ArgumentException">An event, profile, overlay or option is unknown.</exception>
    public static string Run(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("events", out JsonElement events))
        {
            throw new ArgumentException("a scenario is an object with 'profile', 'pages' and 'events'", nameof(json));
        }
        var host = new ScenarioHost(SwitchesOf(root), Int(root, "pages", 1), Bool(root, "notifiers", true), Int(root, "swappiness", 60));
        bool detail = Bool(root, "detail", false);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("results");
            foreach (JsonElement e in events.EnumerateArray())
            {
                string op = e.GetProperty("op").GetString() ?? "";
                int rc = Play(host, op, e);
#if DEBUG
                host.Model.CheckInvariants();
#endif
                ScenarioState.Write(writer, host, op, rc, detail);
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        host.Model.CheckInvariants();
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static int Play(ScenarioHost host, string op, JsonElement e)
    {
        int swappiness = e.TryGetProperty("swappiness", out JsonElement s) ? s.GetInt32() : -1;
        switch (op)
        {
            case "touch":
                bool guest = (e.TryGetProperty("by", out JsonElement by) ? by.GetString() : "guest") == "guest";
                bool write = Bool(e, "write", false);
                foreach (JsonElement page in e.GetProperty("pages").EnumerateArray())
                {
                    host.Touch(page.GetInt32(), guest, write);
                }
                return 0;
            case "age":
                return host.Model.Age(host.Memcg, -1, swappiness, Bool(e, "force", true));
            case "evict":
                return host.Model.Evict(host.Memcg, -1, swappiness, Long(e, "nr", long.MaxValue));
            case "batch":
                host.Model.EvictBatch(host.Memcg, swappiness < 0 ? 60 : swappiness, Long(e, "nr", long.MaxValue));
                return 0;
            case "reclaim":
                return host.Model.ReclaimMemcg(host.Memcg, Long(e, "pages", 0), swappiness);
            case "free":
                foreach (JsonElement page in e.GetProperty("pages").EnumerateArray())
                {
                    host.Model.Drop(host.First + page.GetInt32());
                }
                return 0;
            case "drain":
                host.Model.DrainBatches();
                return 0;
            case "settle":
                host.Model.Settle();
                return 0;
            case "stat":
                host.Model.FlushStats();
                return 0;
            default:
                throw new ArgumentException($"unknown scenario event '{op}'", nameof(op));
        }
    }

    private static ReclaimSwitches SwitchesOf(JsonElement root)
    {
        ReclaimSwitches switches = ReclaimProfiles.Create(root.GetProperty("profile").GetString() ?? "");
        if (root.TryGetProperty("overlay", out JsonElement overlays))
        {
            foreach (JsonElement overlay in overlays.EnumerateArray())
            {
                ReclaimProfiles.Overlay(switches, overlay.GetString() ?? "");
            }
        }
        switches.Mglru = Bool(root, "mglru", true);
        switches.MemcgStatLag = false;
        if (switches.ProactiveSplit == ProactiveSplit.Quarter)
        {
            // The scenarios' results divide without truncating, unlike user_proactive_reclaim.
            switches.ProactiveSplit = ProactiveSplit.QuarterUp;
        }
        switches.CapBits = Int(root, "cap", 7);
        switches.Swappiness = Int(root, "swappiness", 60);
        if (root.TryGetProperty("options", out JsonElement options))
        {
            foreach (JsonProperty option in options.EnumerateObject())
            {
                bool on = option.Value.ValueKind == JsonValueKind.True;
                switch (option.Name)
                {
                    case "io":
                        SwitchNames.Set(switches, "io_model", option.Value.GetString() ?? "");
                        break;
                    case "batches":
                        switches.FolioBatchDelay = on;
                        break;
                    case "readahead":
                        switches.SwapReadaround = on;
                        break;
                    case "marks":
                        switches.KvmMarksAccessed = on;
                        break;
                    default:
                        SwitchNames.Set(switches, option.Name, option.Value.ToString().ToLowerInvariant());
                        break;
                }
            }
        }
        return switches;
    }

    private static bool Bool(JsonElement e, string name, bool standard) =>
        e.TryGetProperty(name, out JsonElement value) ? value.GetBoolean() : standard;

    private static int Int(JsonElement e, string name, int standard) =>
        e.TryGetProperty(name, out JsonElement value) ? value.GetInt32() : standard;

    private static long Long(JsonElement e, string name, long standard) =>
        e.TryGetProperty(name, out JsonElement value) ? value.GetInt64() : standard;
}
