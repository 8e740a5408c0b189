namespace SecondLook.Contracts.Tables;

/// <summary>One guest page of a data slot under a dense id; every replay table names pages by it.</summary>
#pragma warning disable CS1591 // The last argument of each declaration says it, for code and for docs/tables.md alike.
public static class PagesTable
{
    private static readonly SchemaBuilder Builder = new("pages", 1, 0, "One guest page of a data slot under a dense id; every replay table names pages by it.");

    public static readonly Column<int> Page = Builder.Int32("page", "", "dense id from 0, by (vm, slot, gfn)");
    public static readonly Column<string> Vm = Builder.String("vm", "name of the VM");
    public static readonly Column<int> Slot = Builder.Int32("slot", "", "memslot id");
    public static readonly Column<long> Gfn = Builder.UInt64("gfn", "pages", "guest frame");
    public static readonly Column<long> Hva = Builder.UInt64("hva", "bytes", "host user virtual address");
    public static readonly Column<bool> Data = Builder.Boolean("data", "whether ground truth may name it (role data, or roles unknown)");

    public static TableSchema Schema { get; } = Builder.Build();
}
