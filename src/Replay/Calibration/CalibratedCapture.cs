namespace SecondLook.Replay.Calibration;

/// <summary>Generation sizes of one snapshot against the model's.</summary>
/// <param name="Name">Name of the snapshot.</param>
/// <param name="GenerationError">Share of anon pages in another generation, 0 to 1.</param>
/// <param name="MaxSeqOffset">The model's max_seq minus the kernel's.</param>
/// <param name="Real">The kernel's anon pages, oldest generation first.</param>
/// <param name="Modelled">The model's.</param>
public sealed record CalibratedSnapshot(string Name, double GenerationError, long MaxSeqOffset, IReadOnlyList<long> Real, IReadOnlyList<long> Modelled);

/// <summary>Evicted pages at one residency file against the model's.</summary>
/// <param name="Name">Name of the file.</param>
/// <param name="Real">Pages that the kernel had unmapped.</param>
/// <param name="Modelled">Pages that the model had.</param>
/// <param name="Common">Pages in both sets.</param>
public sealed record CalibratedResidency(string Name, long Real, long Modelled, long Common)
{
    /// <summary>Common pages over pages in either set; 1 when both are empty.</summary>
    public double Jaccard => Real + Modelled == Common ? 1 : (double)Common / (Real + Modelled - Common);
}

/// <summary>How one policy's replay compares with what the kernel did.</summary>
public sealed class CalibratedCapture
{
    /// <summary>Base name of the capture.</summary>
    public required string Name { get; init; }

    /// <summary>Preset replayed.</summary>
    public required string Policy { get; init; }

    /// <summary><c>truth</c> or <c>trace</c>.</summary>
    public required string Accesses { get; init; }

    /// <summary><c>free</c>, <c>volume</c> or <c>volume_order</c>.</summary>
    public required string Mode { get; init; }

    /// <summary>Snapshots but the first.</summary>
    public List<CalibratedSnapshot> Snapshots { get; } = [];

    /// <summary>Residency files.</summary>
    public List<CalibratedResidency> Residencies { get; } = [];

    /// <summary>Counters of the whole run as (kernel, model).</summary>
    public SortedDictionary<string, (long Real, long Model)> Counters { get; } = new(StringComparer.Ordinal);

    /// <summary>Mean error over snapshots, 0 to 1; null without any.</summary>
    public double? MeanGenerationError
    {
        get
        {
            double sum = 0;
            foreach (CalibratedSnapshot snapshot in Snapshots)
            {
                sum += snapshot.GenerationError;
            }
            return Snapshots.Count == 0 ? null : sum / Snapshots.Count;
        }
    }

    /// <summary>Mean Jaccard index over residencies with any unmapped page; null without any.</summary>
    public double? MeanJaccard
    {
        get
        {
            double sum = 0;
            int count = 0;
            foreach (CalibratedResidency residency in Residencies)
            {
                if (residency.Real > 0)
                {
                    sum += residency.Jaccard;
                    count++;
                }
            }
            return count == 0 ? null : sum / count;
        }
    }
}
