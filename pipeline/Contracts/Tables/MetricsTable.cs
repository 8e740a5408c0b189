namespace SecondLook.Contracts.Tables;

/// <summary>One number of one policy.</summary>
#pragma warning disable CS1591 // The last argument of each declaration says it, for code and for docs/tables.md alike.
public static class MetricsTable
{
    private static readonly SchemaBuilder Builder = new("metrics", 1, 1, "One number of one policy.");

    public static readonly Column<string> Policy = Builder.String("policy", "preset name");
    public static readonly Column<int> Schedule = Builder.Int32("schedule", "", "schedule id");
    public static readonly Column<long> Capacity = Builder.OptionalInt64("capacity", "pages", "capacity of the demand; null under as-recorded");
    public static readonly Column<string> Metric = Builder.String("metric", "catalogue name");
    public static readonly Column<string> Unit = Builder.String("unit", "unit");
    public static readonly Column<string> Better = Builder.String("better", "lower, higher or neither");
    public static readonly Column<string> Kind = Builder.String("kind", "exact_at_harvest_grain, bound, range_over_schedules");
    public static readonly Column<double> Value = Builder.OptionalDouble("value", "", "the number; null = n/a");
    public static readonly Column<string> Why = Builder.OptionalString("why", "why it is n/a");

    public static readonly Column<double> BoundLow = Builder.OptionalDouble("bound_low", "", "proven lower bound of the number for the decisions taken; head schedule only");
    public static readonly Column<double> BoundHigh = Builder.OptionalDouble("bound_high", "", "proven upper bound");
    public static readonly Column<double> RangeLow = Builder.OptionalDouble("range_low", "", "smallest value over the schedules");
    public static readonly Column<double> RangeHigh = Builder.OptionalDouble("range_high", "", "largest value over the schedules");

    public static TableSchema Schema { get; } = Builder.Build();
}
