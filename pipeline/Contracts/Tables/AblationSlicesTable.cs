namespace SecondLook.Contracts.Tables;

/// <summary>The ablation's replays of the head schedule over time, for intervals over blocks of the trace.</summary>
#pragma warning disable CS1591 // The last argument of each declaration says it, for code and for docs/tables.md alike.
public static class AblationSlicesTable
{
    private static readonly SchemaBuilder Builder = new("ablation_slices", 1, 0, "Evictions of the ablation's replays of the head schedule, by slice of the trace; slices without any have no row.");

    public static readonly Column<string> Policy = Builder.String("policy", "name of the policy");
    public static readonly Column<string> Without = Builder.String("without", "mechanisms switched off, joined by +; empty for the policy as it is");
    public static readonly Column<long> BeginNs = Builder.Int64("begin_ns", "ns", "begin of the slice");
    public static readonly Column<long> Evictions = Builder.Int64("evictions", "pages", "pages taken in the slice");
    public static readonly Column<long> Again = Builder.Int64("again", "pages", "of them touched again before the end of the trace");

    public static TableSchema Schema { get; } = Builder.Build();
}
