namespace SecondLook.Contracts.Tables;

/// <summary>One memslot of a VM for a span of time.</summary>
#pragma warning disable CS1591 // The last argument of each declaration says it, for code and for docs/tables.md alike.
public static class MemslotsTable
{
    private static readonly SchemaBuilder Builder = new("memslots", 1, 0, "One memslot of a VM for a span of time.");

    public static readonly Column<string> Vm = Builder.String("vm", "name of the VM");
    public static readonly Column<int> AsId = Builder.Int32("as_id", "", "KVM address space");
    public static readonly Column<int> Slot = Builder.Int32("slot", "", "memslot id");
    public static readonly Column<long> Gfn = Builder.UInt64("gfn", "pages", "first guest frame");
    public static readonly Column<long> Npages = Builder.Int64("npages", "pages", "length");
    public static readonly Column<long> Hva = Builder.UInt64("hva", "bytes", "host user virtual address of the first frame");
    public static readonly Column<int> Flags = Builder.Int32("flags", "", "KVM_MEM_* flags");
    public static readonly Column<string> Role = Builder.OptionalString("role", "data, control or empty; only data slots hold ground truth");
    public static readonly Column<long> TsFromNs = Builder.OptionalInt64("ts_from_ns", "ns", "when it appeared; null = before the trace");
    public static readonly Column<long> TsToNs = Builder.OptionalInt64("ts_to_ns", "ns", "when it went; null = not in the trace");

    public static TableSchema Schema { get; } = Builder.Build();
}
