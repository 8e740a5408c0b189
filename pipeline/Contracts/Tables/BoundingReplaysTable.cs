namespace SecondLook.Contracts.Tables;

/// <summary>One policy replayed with one defect of the trace filled in one way.</summary>
#pragma warning disable CS1591 // The last argument of each declaration says it, for code and for docs/tables.md alike.
public static class BoundingReplaysTable
{
    private static readonly SchemaBuilder Builder = new("bounding_replays", 1, 0, "One policy of the verdict replayed with one defect of the trace filled in one way.");

    public static readonly Column<string> Defect = Builder.String("defect", "lost_events, start_state, clock, order, quarantine, outcomes, commands, vm; none for the head replay");
    public static readonly Column<string> Filling = Builder.String("filling", "how it was filled");
    public static readonly Column<string> Policy = Builder.String("policy", "name of the policy");
    public static readonly Column<long> Requests = Builder.Int64("requests", "accesses", "touches served");
    public static readonly Column<long> Evictions = Builder.Int64("evictions", "pages", "pages taken");
    public static readonly Column<long> Refaults = Builder.Int64("refaults", "pages", "of them touched again");

    public static TableSchema Schema { get; } = Builder.Build();
}
