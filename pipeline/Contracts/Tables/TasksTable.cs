namespace SecondLook.Contracts.Tables;

/// <summary>One thread seen in the trace.</summary>
#pragma warning disable CS1591 // The last argument of each declaration says it, for code and for docs/tables.md alike.
public static class TasksTable
{
    private static readonly SchemaBuilder Builder = new("tasks", 1, 0, "One thread seen in the trace.");

    public static readonly Column<int> Tid = Builder.Int32("tid", "", "thread id");
    public static readonly Column<int> Tgid = Builder.OptionalInt32("tgid", "", "process id");
    public static readonly Column<string> Comm = Builder.OptionalString("comm", "last name seen");
    public static readonly Column<string> Role = Builder.OptionalString("role", "vcpu, vmm, kswapd, kdamond, khugepaged, reclaimer");
    public static readonly Column<int> Vcpu = Builder.OptionalInt32("vcpu", "", "virtual CPU number");
    public static readonly Column<string> Vm = Builder.OptionalString("vm", "name of the VM");
    public static readonly Column<long> TsFromNs = Builder.OptionalInt64("ts_from_ns", "ns", "first seen");
    public static readonly Column<long> TsToNs = Builder.OptionalInt64("ts_to_ns", "ns", "last seen");

    public static TableSchema Schema { get; } = Builder.Build();
}
