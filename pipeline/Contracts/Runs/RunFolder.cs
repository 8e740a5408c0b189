namespace SecondLook.Contracts.Runs;

/// <summary>Places of the artefacts inside one run folder (product.md section 4).</summary>
/// <param name="path">The folder.</param>
public sealed class RunFolder(string path)
{
    /// <summary>The folder.</summary>
    public string Root { get; } = path;

    /// <summary>What the run was made from.</summary>
    public string Manifest => Path.Combine(Root, "manifest.json");

    /// <summary>The dataset: event parts and side tables.</summary>
    public string Events => Path.Combine(Root, "events");

    /// <summary>Pages and schedules.</summary>
    public string Schedule => Path.Combine(Root, "schedule");

    /// <summary>One folder a policy.</summary>
    public string Replay => Path.Combine(Root, "replay");

    /// <summary>Replay tables of one policy.</summary>
    public string ReplayOf(string policy) => Path.Combine(Replay, policy);

    /// <summary>All metrics of all policies, Parquet.</summary>
    public string Metrics => Path.Combine(Root, "metrics.parquet");

    /// <summary>The same as text.</summary>
    public string MetricsCsv => Path.Combine(Root, "metrics.csv");

    /// <summary>Counts of what was odd about the input.</summary>
    public string Diagnostics => Path.Combine(Root, "diagnostics.json");

    /// <summary>The model against what the kernel did.</summary>
    public string Calibration => Path.Combine(Root, "calibration.json");

    /// <summary>The report folder.</summary>
    public string Report => Path.Combine(Root, "report");

    /// <summary>The report's page.</summary>
    public string IndexHtml => Path.Combine(Report, "index.html");
}
