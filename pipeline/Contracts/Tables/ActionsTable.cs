namespace SecondLook.Contracts.Tables;

/// <summary>One command of the capture: aging, eviction, memory.reclaim, layout and other steps.</summary>
#pragma warning disable CS1591 // The last argument of each declaration says it, for code and for docs/tables.md alike.
public static class ActionsTable
{
    private static readonly SchemaBuilder Builder = new("actions", 1, 1, "One command of the capture: aging, eviction, memory.reclaim, layout and other steps.");

    public static readonly Column<int> Step = Builder.Int32("step", "", "step of the plan");
    public static readonly Column<long> BeginNs = Builder.Int64("begin_ns", "ns, trace clock", "when it began");
    public static readonly Column<long> EndNs = Builder.Int64("end_ns", "ns, trace clock", "when it ended");
    public static readonly Column<string> Action = Builder.String("action", "word of the capture kit, such as age, evict, reclaim, snap");
    public static readonly Column<int> Rc = Builder.OptionalInt32("rc", "", "return code, negative errno");
    public static readonly Column<string> Detail = Builder.String("detail", "arguments as recorded");
    public static readonly Column<bool> Inferred = Builder.Boolean("inferred", "whether it was inferred from bursts of events instead of read from actions.csv");
    public static readonly Column<string> Vm = Builder.OptionalString("vm", "name of the VM; null when the capture has only one");

    public static TableSchema Schema { get; } = Builder.Build();
}
