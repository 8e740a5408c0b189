namespace SecondLook.Contracts.Tables;

/// <summary>One mmu_notifier call of the first schedule.</summary>
#pragma warning disable CS1591 // The last argument of each declaration says it, for code and for docs/tables.md alike.
public static class NotifierCallsTable
{
    private static readonly SchemaBuilder Builder = new("notifier_calls", 1, 0, "One mmu_notifier call of the first schedule.");

    public static readonly Column<int> Schedule = Builder.Int32("schedule", "", "schedule id");
    public static readonly Column<long> TsNs = Builder.Int64("ts_ns", "ns, trace clock", "when");
    public static readonly Column<string> Hook = Builder.String("hook", "clear_young, clear_flush_young, test_young, invalidate");
    public static readonly Column<string> Caller = Builder.String("caller", "walk, rmap, look_around, unmap");
    public static readonly Column<long> Start = Builder.UInt64("start", "bytes, hva", "first address");
    public static readonly Column<long> End = Builder.UInt64("end", "bytes, hva", "first address after");
    public static readonly Column<bool> Young = Builder.Boolean("young", "whether any secondary entry was young");
    public static readonly Column<long> SptesVisited = Builder.Int64("sptes_visited", "entries", "secondary entries read");

    public static TableSchema Schema { get; } = Builder.Build();
}
