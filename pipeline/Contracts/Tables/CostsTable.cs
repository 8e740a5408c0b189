namespace SecondLook.Contracts.Tables;

/// <summary>Work of one policy on one schedule by hook and lock class.</summary>
#pragma warning disable CS1591 // The last argument of each declaration says it, for code and for docs/tables.md alike.
public static class CostsTable
{
    private static readonly SchemaBuilder Builder = new("costs", 1, 1, "Work of one policy on one schedule by hook and lock class.");

    public static readonly Column<int> Schedule = Builder.Int32("schedule", "", "schedule id");
    public static readonly Column<long> Capacity = Builder.OptionalInt64("capacity", "pages", "capacity of the demand; null under as-recorded");
    public static readonly Column<string> Hook = Builder.String("hook", "clear_young, clear_flush_young, test_young, fast_clear_young, fast_test_young, invalidate, invalidate_end; guest_fault, memslot_change, mmio, walk");
    public static readonly Column<string> Lock = Builder.String("lock", "none, rcu, rmap, read, write");
    public static readonly Column<long> Calls = Builder.Int64("calls", "calls", "how many");
    public static readonly Column<long> EntriesVisited = Builder.Int64("entries_visited", "entries", "entries read");
    public static readonly Column<long> BitsCleared = Builder.Int64("bits_cleared", "entries", "accessed bits cleared");
    public static readonly Column<long> Flushes = Builder.Int64("flushes", "", "TLB flushes");
    public static readonly Column<long> Ipis = Builder.Int64("ipis", "", "vCPUs kicked by those flushes");

    public static TableSchema Schema { get; } = Builder.Build();
}
