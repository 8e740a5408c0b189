namespace SecondLook.Contracts.Tables;

/// <summary>State of a run of data pages at one instant, from pagemap. For judging only.</summary>
#pragma warning disable CS1591 // The last argument of each declaration says it, for code and for docs/tables.md alike.
public static class ResidencyTable
{
    private static readonly SchemaBuilder Builder = new("residency", 1, 1, "State of a run of data pages at one instant, from pagemap. For judging only.");

    public static readonly Column<string> Name = Builder.String("name", "name of the file without prefix and suffix, such as 016-evicted");
    public static readonly Column<long> TsNs = Builder.Int64("ts_ns", "ns, trace clock", "when it was taken");
    public static readonly Column<long> Gfn = Builder.UInt64("gfn", "pages", "first guest frame");
    public static readonly Column<long> Npages = Builder.Int64("npages", "pages", "length");
    public static readonly Column<string> State = Builder.String("state", "present, swapped or none");
    public static readonly Column<string> Vm = Builder.OptionalString("vm", "name of the VM; null when the capture has only one");

    public static TableSchema Schema { get; } = Builder.Build();
}
