namespace SecondLook.Contracts.Tables;

/// <summary>One page taken by a policy.</summary>
#pragma warning disable CS1591 // The last argument of each declaration says it, for code and for docs/tables.md alike.
public static class EvictionsTable
{
    private static readonly SchemaBuilder Builder = new("evictions", 1, 1, "One page taken by a policy.");

    public static readonly Column<int> Schedule = Builder.Int32("schedule", "", "schedule id");
    public static readonly Column<long> Capacity = Builder.OptionalInt64("capacity", "pages", "capacity of the demand; null under as-recorded");
    public static readonly Column<int> Pass = Builder.Int32("pass", "", "reclaim pass that took it");
    public static readonly Column<long> TsNs = Builder.Int64("ts_ns", "ns, trace clock", "when");
    public static readonly Column<int> Page = Builder.Int32("page", "", "dense page id");
    public static readonly Column<int> GenerationAge = Builder.OptionalInt32("generation_age", "generations", "max_seq minus the generation it was taken from");
    public static readonly Column<long> LastTouchNs = Builder.OptionalInt64("last_touch_ns", "ns", "last touch before");
    public static readonly Column<long> NextTouchNs = Builder.OptionalInt64("next_touch_ns", "ns", "first touch after; null = none before the end");
    public static readonly Column<string> Outcome = Builder.String("outcome", "right, false_cold or censored (less than the horizon of trace left and not touched)");
    public static readonly Column<string> Cause = Builder.OptionalString("cause", "what the error is charged to; null for what is no error and off the head schedule");

    public static readonly Column<string> Again = Builder.OptionalString("again", "whether the page was touched again before the end: yes, no, or open where the trace does not settle it; head schedule only");
    public static readonly Column<string> Within = Builder.OptionalString("within", "the same within the horizon");

    public static TableSchema Schema { get; } = Builder.Build();
}
