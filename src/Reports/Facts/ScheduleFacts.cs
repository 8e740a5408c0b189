using SecondLook.Contracts.Runs;
using SecondLook.Contracts.Tables;
using SecondLook.Reports.Writing;

namespace SecondLook.Reports.Facts;

/// <summary>One schedule that the policies were replayed on.</summary>
/// <param name="Id">Id used by the replay tables.</param>
/// <param name="Name">Such as <c>uniform-1</c>.</param>
/// <param name="FromTruth">Whether its accesses are the guest's own record.</param>
/// <param name="Touches">Accesses in it.</param>
/// <param name="Coverage">Share of resident page-time in intervals of known outcome, 0 to 1; null when unknown.</param>
public sealed record ScheduleFacts(int Id, string Name, bool FromTruth, long Touches, double? Coverage)
{
    /// <summary>Coverage below which there is no ranking and no miss count (product.md 5.2).</summary>
    public const double CoverageNeeded = 0.8;

    /// <summary>Whether each touch stands at the harvest that reveals it, and every outcome is known: numbers of such a schedule are exact at that grain.</summary>
    public bool IsHarvestGrain => Name == "latest" && Coverage > 0.99999;

    /// <summary>Why no number that depends on outcomes may be printed; null when it may.</summary>
    public string? TooLittleKnown => FromTruth || Coverage >= CoverageNeeded ? null
        : Coverage is { } share ? $"coverage {Numbers.Fixed(share * 100, 1)} % is below {Numbers.Fixed(CoverageNeeded * 100, 0)} %"
        : "the coverage of the schedule is not known";

    /// <summary>File of its accesses, or null when the run did not keep them.</summary>
    /// <param name="run">The run folder.</param>
    public string? TouchesFile(RunFolder run)
    {
        string path = Path.Combine(run.Schedule, $"touches-{Name}.parquet");
        return File.Exists(path) ? path : null;
    }

    /// <summary>Reads <c>schedule/schedules.parquet</c>, by id.</summary>
    public static IReadOnlyList<ScheduleFacts> Read(RunFolder run)
    {
        Table table = Table.Read(Path.Combine(run.Schedule, "schedules.parquet"), SchedulesTable.Schema);
        List<ScheduleFacts> schedules = [];
        for (int r = 0; r < table.RowCount; r++)
        {
            schedules.Add(new ScheduleFacts(
                table[SchedulesTable.Schedule][r],
                table[SchedulesTable.Name][r],
                table[SchedulesTable.Accesses][r] == "truth",
                table[SchedulesTable.Touches][r],
                table.IsNull(SchedulesTable.Coverage, r) ? null : table[SchedulesTable.Coverage][r]));
        }
        return [.. schedules.OrderBy(s => s.Id)];
    }
}
