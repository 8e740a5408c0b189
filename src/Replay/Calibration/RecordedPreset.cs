using System.Globalization;
using System.Text.Json;
using SecondLook.Replay.Demands;

namespace SecondLook.Replay.Calibration;

/// <summary>Guesses which preset the recorded kernel is; shown as a guess, and held against the capture by the calibration.</summary>
public static class RecordedPreset
{
    /// <summary>The guess, or null when nothing tells.</summary>
    /// <param name="input">The capture.</param>
    /// <param name="real">Snapshots, which tell whether generations or classic lists are in use.</param>
    public static string? Guess(CaptureInput input, RecordedState real)
    {
        bool classic = IsClassic(real);
        (int major, int minor, int patch) = KernelOf(input.Metadata);
        if (major > 0)
        {
            return (major, minor) switch
            {
                ( < 6, _) or (6, <= 2) => classic ? "classic_6_1" : "mglru_6_1",
                (6, < 12) => classic ? "classic_6_1" : "mglru_6_6",
                (6, 12) => classic ? "classic_6_12" : patch > 107 ? "stable_6_12_117" : "mainline_6_12",
                (6, 13) => classic ? "classic_6_12" : "mainline_6_13",
                (6, _) => classic ? "classic_6_12" : "mainline_6_15",
                (7, <= 2) => classic ? "classic_7_2" : "mainline_7_2",
                _ => classic ? "classic_7_2" : "mainline_7_3",
            };
        }
        if (classic || (real.Snapshots.Count == 0 && !input.Scan.Facts.AgingCalls))
        {
            return classic ? "classic_6_12" : null;
        }
        return AgingAsksKvm(input) switch
        {
            true => "mainline_6_12",
            false => "mglru_6_1",
            _ => null,
        };
    }

    /// <summary>Overlays that the capture's settings ask for: page-table walks switched off.</summary>
    /// <param name="input">The capture.</param>
    /// <param name="guess">The recorded kernel; one whose aging asks no KVM explains a trace without calls by itself.</param>
    /// <param name="preset">The preset to replay.</param>
    public static List<string> OverlaysOf(CaptureInput input, string? guess, string preset) =>
        AsksKvm(preset) && (guess is null || AsksKvm(guess)) && AgingAsksKvm(input) == false && !input.Scan.Facts.AccessFlagFaults ? ["rmap_only"] : [];

    private static bool AsksKvm(string preset) => preset.StartsWith("mainline", StringComparison.Ordinal) || preset.StartsWith("stable", StringComparison.Ordinal);

    private static bool IsClassic(RecordedState real)
    {
        foreach (RecordedSnapshot snapshot in real.Snapshots)
        {
            long pages = 0;
            foreach (PrintedGeneration generation in snapshot.Generations)
            {
                pages += generation.Anon + generation.File;
            }
            if (pages > 0)
            {
                return false;
            }
        }
        return real.Snapshots.Count > 0;
    }

    // Null when no aging command succeeded.
    private static bool? AgingAsksKvm(CaptureInput input)
    {
        bool any = false;
        foreach (RecordedCommand command in input.Demand.Commands)
        {
            if (command.Kind == CommandKind.Age && command.Rc == 0)
            {
                any = true;
                if (input.Scan.AgingCallsNs.BinarySearch(command.BeginNs) is int at && (at = at < 0 ? ~at : at) < input.Scan.AgingCallsNs.Count
                    && input.Scan.AgingCallsNs[at] <= command.EndNs)
                {
                    return true;
                }
            }
        }
        return any ? false : null;
    }

    private static (int Major, int Minor, int Patch) KernelOf(IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue("kmr.streams", out string? json))
        {
            return default;
        }
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            foreach (JsonElement stream in document.RootElement.EnumerateArray())
            {
                if (stream.TryGetProperty("kernel", out JsonElement kernel) && kernel.GetString() is { Length: > 0 } release)
                {
                    string[] parts = release.Split('.', '-', '+', '~');
                    return (Part(parts, 0), Part(parts, 1), Part(parts, 2));
                }
            }
        }
        catch (JsonException)
        {
            // Without a kernel name the trace itself has to tell.
            return default;
        }
        return default;
    }

    private static int Part(string[] parts, int index) =>
        index < parts.Length && int.TryParse(parts[index], NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : 0;
}
