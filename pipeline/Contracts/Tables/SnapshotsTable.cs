namespace SecondLook.Contracts.Tables;

/// <summary>One text file that the capture read from the kernel: lru_gen, lru_gen_full, memory.stat, vmstat. For judging only.</summary>
#pragma warning disable CS1591 // The last argument of each declaration says it, for code and for docs/tables.md alike.
public static class SnapshotsTable
{
    private static readonly SchemaBuilder Builder = new("snapshots", 1, 1, "One text file that the capture read from the kernel: lru_gen, lru_gen_full, memory.stat, vmstat. For judging only.");

    public static readonly Column<string> Name = Builder.String("name", "name of the snapshot, such as 016-evicted");
    public static readonly Column<long> TsNs = Builder.Int64("ts_ns", "ns, trace clock", "when it was taken; 0 when unknown");
    public static readonly Column<string> File = Builder.String("file", "base name of the file, such as lru_gen");
    public static readonly Column<string> Content = Builder.String("content", "its whole text");
    public static readonly Column<string> Vm = Builder.OptionalString("vm", "name of the VM; null when the capture has only one");

    public static TableSchema Schema { get; } = Builder.Build();
}
