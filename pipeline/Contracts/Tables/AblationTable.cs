namespace SecondLook.Contracts.Tables;

/// <summary>Replays of one policy with mechanisms switched off, singly and in pairs.</summary>
#pragma warning disable CS1591 // The last argument of each declaration says it, for code and for docs/tables.md alike.
public static class AblationTable
{
    private static readonly SchemaBuilder Builder = new("ablation", 1, 0, "The first MGLRU policy of a thorough job without single mechanisms, on every schedule, and without pairs of them, on those of the quick set.");

    public static readonly Column<string> Policy = Builder.String("policy", "name of the policy");
    public static readonly Column<string> Without = Builder.String("without", "mechanisms switched off, joined by +; empty for the policy as it is");
    public static readonly Column<bool> AtWork = Builder.Boolean("at_work", "whether switching off could change anything under these rules; no counts where not");
    public static readonly Column<int> Schedule = Builder.Int32("schedule", "id", "schedule; -1 without counts");
    public static readonly Column<long> Requests = Builder.OptionalInt64("requests", "accesses", "touches served");
    public static readonly Column<long> Evictions = Builder.OptionalInt64("evictions", "pages", "pages taken");
    public static readonly Column<long> Refaults = Builder.OptionalInt64("refaults", "pages", "of them touched again");

    public static TableSchema Schema { get; } = Builder.Build();
}
