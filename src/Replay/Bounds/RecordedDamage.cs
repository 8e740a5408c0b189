using System.Text.Json;

namespace SecondLook.Replay.Bounds;

/// <summary>What ingest found wrong with a trace, as counts (<c>events/diagnostics.json</c>).</summary>
/// <param name="Quarantined">Lines or records that could not be used.</param>
/// <param name="UnknownVm">Events that could belong to several VMs.</param>
/// <param name="Disorder">Times at which the clock of a CPU went back, and events that came too late to be sorted in.</param>
/// <param name="Undeclared">Contradictions that show losses without a mark.</param>
public sealed record RecordedDamage(long Quarantined, long UnknownVm, long Disorder, long Undeclared)
{
    /// <summary>Nothing wrong.</summary>
    public static RecordedDamage None { get; } = new(0, 0, 0, 0);

    /// <summary>Reads the counts of a dataset; a dataset without them reads as nothing wrong.</summary>
    /// <param name="folder">Its folder.</param>
    public static RecordedDamage Read(string folder)
    {
        string path = Path.Combine(folder, "diagnostics.json");
        if (!File.Exists(path))
        {
            return None;
        }
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = json.RootElement;
            return new RecordedDamage(
                SumOf(root, "quarantine"),
                Count(root, "repairs", "vm_ambiguous"),
                Count(root, "repairs", "late_event") + Count(root, "repairs", "clock_backward"),
                root.TryGetProperty("undeclared_losses", out JsonElement losses) ? CountOf(losses) : 0);
        }
        catch (JsonException)
        {
            return None;
        }
    }

    private static long SumOf(JsonElement root, string name)
    {
        long sum = 0;
        if (root.TryGetProperty(name, out JsonElement causes) && causes.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty cause in causes.EnumerateObject())
            {
                sum += CountOf(cause.Value);
            }
        }
        return sum;
    }

    private static long Count(JsonElement root, string section, string name) =>
        root.TryGetProperty(section, out JsonElement all) && all.ValueKind == JsonValueKind.Object && all.TryGetProperty(name, out JsonElement one) ? CountOf(one) : 0;

    private static long CountOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number => element.GetInt64(),
        JsonValueKind.Object when element.TryGetProperty("count", out JsonElement count) => count.GetInt64(),
        _ => 0,
    };
}
