using System.Text.Json;
using SecondLook.Contracts.Diagnostics;

namespace SecondLook.Reports.Facts;

/// <summary>How the model compares with what the kernel did: <c>calibration.json</c> (product.md 5.3).</summary>
public sealed record CalibrationFacts
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>One entry a capture and policy.</summary>
    public IReadOnlyList<CalibratedCapture> Captures { get; init; } = [];

    /// <summary>Reads the file; no file means that nothing could be compared.</summary>
    /// <exception cref="ArtifactException">It cannot be read.</exception>
    public static CalibrationFacts Read(string path)
    {
        if (!File.Exists(path))
        {
            return new CalibrationFacts();
        }
        try
        {
            return JsonSerializer.Deserialize<CalibrationFacts>(File.ReadAllBytes(path), Options) ?? new CalibrationFacts();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new ArtifactException(path, e is JsonException ? "JSON that cannot be read" : "no readable file", "calibration.json");
        }
    }
}

/// <summary>The comparison of one capture with the replay of one policy.</summary>
public sealed record CalibratedCapture
{
    /// <summary>Base name of the capture.</summary>
    public string Name { get; init; } = "";

    /// <summary>Policy replayed.</summary>
    public string Policy { get; init; } = "";

    /// <summary><c>truth</c> or <c>trace</c>.</summary>
    public string Accesses { get; init; } = "";

    /// <summary><c>free</c>, <c>volume</c> or <c>volume_order</c>.</summary>
    public string Mode { get; init; } = "";

    /// <summary>lru_gen snapshots compared.</summary>
    public IReadOnlyList<CalibratedSnapshot> Snapshots { get; init; } = [];

    /// <summary>Residency files compared.</summary>
    public IReadOnlyList<CalibratedResidency> Residencies { get; init; } = [];

    /// <summary>Counters as [kernel, model].</summary>
    public IReadOnlyDictionary<string, double[]> Counters { get; init; } = new SortedDictionary<string, double[]>(StringComparer.Ordinal);

    /// <summary>Mean error over snapshots but the first, 0 to 1; null without any.</summary>
    public double? MeanGenerationError => Snapshots.Count == 0 ? null : Snapshots.Average(s => s.GenerationError);

    /// <summary>Mean Jaccard index of the evicted sets, 0 to 1; null without any.</summary>
    public double? MeanJaccard => Residencies.Count == 0 ? null : Residencies.Average(r => r.Jaccard);

    /// <summary>Jaccard index of all residencies taken together; two empty sets count as 1; null without any.</summary>
    public double? PooledJaccard
    {
        get
        {
            long union = Residencies.Sum(r => r.Real + r.Modelled - r.Common);
            return Residencies.Count == 0 ? null : union == 0 ? 1 : (double)Residencies.Sum(r => r.Common) / union;
        }
    }

    /// <summary>Share of pages that the model evicts that the kernel evicted too, pooled; null when it evicts none.</summary>
    public double? Precision => Residencies.Sum(r => r.Modelled) is long all and > 0 ? (double)Residencies.Sum(r => r.Common) / all : null;

    /// <summary>Share of pages that the kernel evicted that the model evicts too, pooled; null when it evicted none.</summary>
    public double? Recall => Residencies.Sum(r => r.Real) is long all and > 0 ? (double)Residencies.Sum(r => r.Common) / all : null;
}

/// <summary>One lru_gen snapshot against the model.</summary>
public sealed record CalibratedSnapshot
{
    /// <summary>Name of the snapshot.</summary>
    public string Name { get; init; } = "";

    /// <summary>Share of anon pages in another generation, 0 to 1.</summary>
    public double GenerationError { get; init; }

    /// <summary>Model's max_seq minus the kernel's.</summary>
    public long MaxSeqOffset { get; init; }
}

/// <summary>One residency file against the model.</summary>
public sealed record CalibratedResidency
{
    /// <summary>Name of the file without prefix and suffix.</summary>
    public string Name { get; init; } = "";

    /// <summary>Pages unmapped by the kernel.</summary>
    public long Real { get; init; }

    /// <summary>Pages evicted by the model.</summary>
    public long Modelled { get; init; }

    /// <summary>Pages in both sets.</summary>
    public long Common { get; init; }

    /// <summary>Common pages over pages in either set; 1 when both are empty.</summary>
    public double Jaccard { get; init; }
}
