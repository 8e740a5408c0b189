using System.Text.Json;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Ingest.Inputs;

namespace SecondLook.Ingest.Capture;

/// <summary>The optional <c>capture.json</c> of a folder: kernel, arch, clock, mmu, declared sampling.</summary>
internal static class CaptureJson
{
    /// <summary>Reads it.</summary>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="InputException">It is no JSON object.</exception>
    public static CaptureNotes? Read(string folder)
    {
        string path = Path.Combine(folder, "capture.json");
        if (!File.Exists(path))
        {
            return null;
        }
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return new CaptureNotes
            {
                Clock = Text(document.RootElement, "clock"),
                Kernel = Text(document.RootElement, "kernel"),
                Arch = Text(document.RootElement, "arch"),
                Mmu = Text(document.RootElement, "mmu"),
                SampledPages = document.RootElement.TryGetProperty("sampled_pages", out JsonElement sampled) ? Share(sampled) : null,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InputException("bad_capture_json", $"capture.json: no JSON object with text values: {e.Message}");
        }
    }

    private static int? Share(JsonElement value) => value.TryGetInt32(out int share) && share >= 1
        ? share
        : throw new InputException("bad_capture_json", "capture.json: sampled_pages is N of \"one page in N is recorded\", at least 1.");

    private static string? Text(JsonElement root, string name) => root.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
}
