namespace SecondLook.Contracts.Tables;

/// <summary>One stretch in which events were lost.</summary>
#pragma warning disable CS1591 // The last argument of each declaration says it, for code and for docs/tables.md alike.
public static class GapsTable
{
    private static readonly SchemaBuilder Builder = new("gaps", 1, 0, "One stretch in which events were lost.");

    public static readonly Column<long> Seq = Builder.Int64("seq", "row", "position of the gap row in events");
    public static readonly Column<long> TsBeginNs = Builder.OptionalInt64("ts_begin_ns", "ns", "last event of that CPU before it; null at the start");
    public static readonly Column<long> TsEndNs = Builder.OptionalInt64("ts_end_ns", "ns", "first event after it; null at the end");
    public static readonly Column<int> Cpu = Builder.OptionalInt32("cpu", "", "null = all CPUs");
    public static readonly Column<long> Lost = Builder.OptionalInt64("lost", "events", "how many; null = unknown");
    public static readonly Column<string> Cause = Builder.String("cause", "overrun, buffer_start, new_capture, truncated_file, overwritten");

    public static TableSchema Schema { get; } = Builder.Build();
}
