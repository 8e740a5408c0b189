namespace SecondLook.Contracts.Tables;

/// <summary>One touch of a page that the policy had evicted.</summary>
#pragma warning disable CS1591 // The last argument of each declaration says it, for code and for docs/tables.md alike.
public static class RefaultsTable
{
    private static readonly SchemaBuilder Builder = new("refaults", 1, 0, "One touch of a page that the policy had evicted.");

    public static readonly Column<int> Schedule = Builder.Int32("schedule", "", "schedule id");
    public static readonly Column<long> Capacity = Builder.OptionalInt64("capacity", "pages", "capacity of the demand; null under as-recorded");
    public static readonly Column<long> TsNs = Builder.Int64("ts_ns", "ns, trace clock", "when");
    public static readonly Column<int> Page = Builder.Int32("page", "", "dense page id");
    public static readonly Column<long> EvictedNs = Builder.Int64("evicted_ns", "ns", "when it had been evicted");

    public static TableSchema Schema { get; } = Builder.Build();
}
