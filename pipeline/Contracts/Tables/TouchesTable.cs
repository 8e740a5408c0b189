namespace SecondLook.Contracts.Tables;

/// <summary>One guest access of a schedule: known from ground truth, or placed in an interval of known outcome.</summary>
#pragma warning disable CS1591 // The last argument of each declaration says it, for code and for docs/tables.md alike.
public static class TouchesTable
{
    private static readonly SchemaBuilder Builder = new("touches", 1, 0, "One guest access of a schedule: known from ground truth, or placed in an interval of known outcome.");

    public static readonly Column<long> TsNs = Builder.Int64("ts_ns", "ns, trace clock", "when");
    public static readonly Column<int> Page = Builder.Int32("page", "", "dense page id");
    public static readonly Column<bool> Write = Builder.Boolean("write", "whether it is known to be a write");
    public static readonly Column<string> Origin = Builder.String("origin", "truth, fault, zap, interval: how the access is known");
    public static readonly Column<int> Step = Builder.Int32("step", "", "step of the plan; -1 when unknown");

    public static TableSchema Schema { get; } = Builder.Build();
}
