namespace SecondLook.Contracts.Tables;

/// <summary>What one policy did on one schedule under one demand.</summary>
#pragma warning disable CS1591 // The last argument of each declaration says it, for code and for docs/tables.md alike.
public static class TotalsTable
{
    private static readonly SchemaBuilder Builder = new("totals", 1, 0, "What one policy did on one schedule under one demand.");

    public static readonly Column<int> Schedule = Builder.Int32("schedule", "", "schedule id");
    public static readonly Column<long> Capacity = Builder.OptionalInt64("capacity", "pages", "capacity of the demand; null under as-recorded");
    public static readonly Column<long> Requests = Builder.Int64("requests", "accesses", "touches served");
    public static readonly Column<long> Misses = Builder.Int64("misses", "accesses", "touches of absent pages");
    public static readonly Column<long> FirstTouches = Builder.Int64("first_touches", "accesses", "of them never resident before");
    public static readonly Column<long> Refaults = Builder.Int64("refaults", "accesses", "of them evicted before");
    public static readonly Column<long> Evictions = Builder.Int64("evictions", "pages", "pages taken");
    public static readonly Column<long> PeakResident = Builder.Int64("peak_resident", "pages", "largest resident set");
    public static readonly Column<double> ResidentPageNs = Builder.Double("resident_page_ns", "page ns", "integral of the resident set over time");

    public static TableSchema Schema { get; } = Builder.Build();
}
