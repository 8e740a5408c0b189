namespace SecondLook.Contracts.Tables;

/// <summary>One aging pass, or one eviction pass that looked at accessed bits.</summary>
#pragma warning disable CS1591 // The last argument of each declaration says it, for code and for docs/tables.md alike.
public static class AgingPassesTable
{
    private static readonly SchemaBuilder Builder = new("aging_passes", 1, 0, "One aging pass, or one eviction pass that looked at accessed bits.");

    public static readonly Column<int> Schedule = Builder.Int32("schedule", "", "schedule id");
    public static readonly Column<long> Capacity = Builder.OptionalInt64("capacity", "pages", "capacity of the demand; null under as-recorded");
    public static readonly Column<int> Pass = Builder.Int32("pass", "", "ordinal");
    public static readonly Column<long> TsNs = Builder.Int64("ts_ns", "ns, trace clock", "when it ran");
    public static readonly Column<string> Trigger = Builder.String("trigger", "command, demand, eviction");
    public static readonly Column<long> MaxSeq = Builder.Int64("max_seq", "", "youngest generation after it; 0 for policies without generations");
    public static readonly Column<long> PagesAsked = Builder.Int64("pages_asked", "pages", "pages whose accessed bits were read");
    public static readonly Column<long> PagesYoung = Builder.Int64("pages_young", "pages", "of them young");
    public static readonly Column<long> YoungPrimary = Builder.Int64("young_primary", "pages", "young in the primary MMU");
    public static readonly Column<long> YoungSecondary = Builder.Int64("young_secondary", "pages", "young in a secondary MMU");
    public static readonly Column<long> MissedYoung = Builder.Int64("missed_young", "pages", "touched since the pass before, yet not found: their bit was not asked");
    public static readonly Column<long> Promoted = Builder.Int64("promoted", "pages", "moved to a younger generation");
    public static readonly Column<long> PtesVisited = Builder.Int64("ptes_visited", "entries", "primary entries read");
    public static readonly Column<long> SptesVisited = Builder.Int64("sptes_visited", "entries", "secondary entries read");
    public static readonly Column<long> NotifierCalls = Builder.Int64("notifier_calls", "calls", "mmu_notifier calls made");
    public static readonly Column<long> Flushes = Builder.Int64("flushes", "", "TLB flushes asked for");

    public static TableSchema Schema { get; } = Builder.Build();
}
