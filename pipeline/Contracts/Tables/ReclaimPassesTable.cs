namespace SecondLook.Contracts.Tables;

/// <summary>One reclaim pass of a demand, judged against the future.</summary>
#pragma warning disable CS1591 // The last argument of each declaration says it, for code and for docs/tables.md alike.
public static class ReclaimPassesTable
{
    private static readonly SchemaBuilder Builder = new("reclaim_passes", 1, 1, "One reclaim pass of a demand, judged against the future.");

    public static readonly Column<int> Schedule = Builder.Int32("schedule", "", "schedule id");
    public static readonly Column<long> Capacity = Builder.OptionalInt64("capacity", "pages", "capacity of the demand; null under as-recorded");
    public static readonly Column<int> Pass = Builder.Int32("pass", "", "ordinal");
    public static readonly Column<long> TsNs = Builder.Int64("ts_ns", "ns, trace clock", "when it ended");
    public static readonly Column<string> Action = Builder.String("action", "evict, reclaim, capacity");
    public static readonly Column<long> Wanted = Builder.Int64("wanted", "pages", "pages the demand asked for");
    public static readonly Column<long> Evicted = Builder.Int64("evicted", "pages", "pages unmapped");
    public static readonly Column<long> FalseCold = Builder.Int64("false_cold", "pages", "evicted pages touched again within the horizon");
    public static readonly Column<long> Censored = Builder.Int64("censored", "pages", "evicted pages that cannot be judged");
    public static readonly Column<long> Resident = Builder.Int64("resident", "pages", "pages kept");
    public static readonly Column<long> FalseHot = Builder.Int64("false_hot", "pages", "pages kept though not touched again within the horizon");
    public static readonly Column<long> BelievedCold = Builder.Int64("believed_cold", "pages", "kept pages that the policy believes colder than the stated age");
    public static readonly Column<long> TrulyCold = Builder.Int64("truly_cold", "pages", "kept pages that are");

    public static readonly Column<long> FalseHotLow = Builder.OptionalInt64("false_hot_low", "pages", "kept pages that the trace proves not touched within the horizon; head schedule only");
    public static readonly Column<long> FalseHotHigh = Builder.OptionalInt64("false_hot_high", "pages", "kept pages that it does not prove touched");
    public static readonly Column<long> TrulyColdLow = Builder.OptionalInt64("truly_cold_low", "pages", "kept pages proved untouched for the stated age");
    public static readonly Column<long> TrulyColdHigh = Builder.OptionalInt64("truly_cold_high", "pages", "kept pages not proved touched within it");

    public static TableSchema Schema { get; } = Builder.Build();
}
