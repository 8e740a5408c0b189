using SecondLook.Contracts.Jobs;
using SecondLook.Ingest;
using SecondLook.Replay;
using SecondLook.Reports;

namespace SecondLook.Host;

/// <summary>The names that jobs may use, gathered from the stages' catalogues.</summary>
public static class Vocabulary
{
    /// <summary>All names.</summary>
    public static JobVocabulary Create() => new()
    {
        Presets = ReplayCatalog.PresetNames,
        Switches = ReplayCatalog.Switches,
        ScheduleOptions = ReplayCatalog.ScheduleOptions,
        Formats = Names(IngestCatalog.Formats),
        Metrics = ReportCatalog.Metrics.Names,
    };

    private static string[] Names(IEnumerable<(string Name, string Summary)> entries) => [.. entries.Select(e => e.Name)];
}
