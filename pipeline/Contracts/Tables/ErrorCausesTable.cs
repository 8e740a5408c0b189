namespace SecondLook.Contracts.Tables;

/// <summary>Wrong decisions of one reclaim pass, each charged to one cause.</summary>
#pragma warning disable CS1591 // The last argument of each declaration says it, for code and for docs/tables.md alike.
public static class ErrorCausesTable
{
    private static readonly SchemaBuilder Builder = new("error_causes", 1, 0, "Wrong decisions of one reclaim pass on the head schedule, each charged to exactly one cause; only rows with pages.");

    public static readonly Column<int> Pass = Builder.Int32("pass", "", "reclaim pass");
    public static readonly Column<string> Side = Builder.String("side", "false_cold (evicted) or false_hot (kept)");
    public static readonly Column<string> Cause = Builder.String("cause", "secondary_not_read, one_mmu_cleared, tlb_hidden, range_not_walked, look_around, huge_page, batch_not_drained, generation_rounding, unavoidable");
    public static readonly Column<long> Pages = Builder.Int64("pages", "pages", "wrong decisions charged to the cause");

    public static TableSchema Schema { get; } = Builder.Build();
}
