namespace SecondLook.Contracts.Tables;

/// <summary>One access of the guest as the guest itself recorded it. For judging only, unless a job says schedule.accesses = truth.</summary>
#pragma warning disable CS1591 // The last argument of each declaration says it, for code and for docs/tables.md alike.
public static class TruthTable
{
    private static readonly SchemaBuilder Builder = new("truth", 1, 1, "One access of the guest as the guest itself recorded it. For judging only, unless a job says schedule.accesses = truth.");

    public static readonly Column<long> TsNs = Builder.Int64("ts_ns", "ns, trace clock", "when the access ended");
    public static readonly Column<int> Step = Builder.Int32("step", "", "step of the plan");
    public static readonly Column<int> Vcpu = Builder.Int32("vcpu", "", "virtual CPU");
    public static readonly Column<long> Gfn = Builder.UInt64("gfn", "pages", "guest frame");
    public static readonly Column<bool> Write = Builder.Boolean("write", "whether it wrote");
    public static readonly Column<string> Op = Builder.String("op", "word of the capture kit");
    public static readonly Column<int> Slot = Builder.OptionalInt32("slot", "", "memslot id");
    public static readonly Column<string> Vm = Builder.OptionalString("vm", "name of the VM; null when the capture has only one");

    public static TableSchema Schema { get; } = Builder.Build();
}
