namespace SecondLook.Contracts.Tables;

/// <summary>Pages of one generation at one instant.</summary>
#pragma warning disable CS1591 // The last argument of each declaration says it, for code and for docs/tables.md alike.
public static class GenerationsTable
{
    private static readonly SchemaBuilder Builder = new("generations", 1, 0, "Pages of one generation at one instant.");

    public static readonly Column<int> Schedule = Builder.Int32("schedule", "", "schedule id");
    public static readonly Column<long> TsNs = Builder.Int64("ts_ns", "ns, trace clock", "when");
    public static readonly Column<string> Label = Builder.String("label", "aging, evict, reclaim or the name of a snapshot");
    public static readonly Column<long> MaxSeq = Builder.Int64("max_seq", "", "youngest generation then");
    public static readonly Column<long> Seq = Builder.Int64("seq", "", "the generation");
    public static readonly Column<long> BirthNs = Builder.Int64("birth_ns", "ns", "when it was created");
    public static readonly Column<long> AnonPages = Builder.Int64("anon_pages", "pages", "data pages in it");
    public static readonly Column<long> HotPages = Builder.Int64("hot_pages", "pages", "of them touched again within the horizon");

    public static TableSchema Schema { get; } = Builder.Build();
}
