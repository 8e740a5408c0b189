namespace SecondLook.Contracts.Tables;

/// <summary>One schedule that policies were replayed on.</summary>
#pragma warning disable CS1591 // The last argument of each declaration says it, for code and for docs/tables.md alike.
public static class SchedulesTable
{
    private static readonly SchemaBuilder Builder = new("schedules", 1, 0, "One schedule that policies were replayed on.");

    public static readonly Column<int> Schedule = Builder.Int32("schedule", "", "id used by the replay tables");
    public static readonly Column<string> Name = Builder.String("name", "truth, earliest, latest, uniform-1, ...");
    public static readonly Column<string> Accesses = Builder.String("accesses", "truth or trace");
    public static readonly Column<long> Touches = Builder.Int64("touches", "accesses", "how many accesses it holds");
    public static readonly Column<double> Coverage = Builder.OptionalDouble("coverage", "share 0..1", "share of resident page-time in intervals of known outcome; null = n/a");

    public static TableSchema Schema { get; } = Builder.Build();
}
