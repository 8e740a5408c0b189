namespace SecondLook.Contracts.Tables;

/// <summary>Demands that a policy could not meet, with the error that its kernel answers.</summary>
#pragma warning disable CS1591 // The last argument of each declaration says it, for code and for docs/tables.md alike.
public static class DemandErrorsTable
{
    private static readonly SchemaBuilder Builder = new("demand_errors", 1, 0, "Demands that a policy could not meet, added up by kind and error; no rows where all were met.");

    public static readonly Column<int> Schedule = Builder.Int32("schedule", "", "schedule id");
    public static readonly Column<long> Capacity = Builder.OptionalInt64("capacity", "pages", "memory kept; null under as-recorded");
    public static readonly Column<string> Action = Builder.String("action", "aging, evict, reclaim, pressure, proactive, or fault for a page that found no room under the limit");
    public static readonly Column<string> Error = Builder.String("error", "what the kernel answers: EAGAIN, EINVAL, ERANGE, EEXIST, ENOMEM (the OOM killer runs); 0 where debugfs says success and gave less");
    public static readonly Column<long> Count = Builder.Int64("count", "", "how often");
    public static readonly Column<long> FirstNs = Builder.Int64("first_ns", "ns", "when first");
    public static readonly Column<long> Wanted = Builder.Int64("wanted", "pages", "asked for in all of them");
    public static readonly Column<long> Got = Builder.Int64("got", "pages", "given in all of them");

    public static TableSchema Schema { get; } = Builder.Build();
}
