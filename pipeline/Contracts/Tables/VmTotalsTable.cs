namespace SecondLook.Contracts.Tables;

/// <summary>What each VM, or process beside the VMs, paid under one policy.</summary>
#pragma warning disable CS1591 // The last argument of each declaration says it, for code and for docs/tables.md alike.
public static class VmTotalsTable
{
    private static readonly SchemaBuilder Builder = new("vm_totals", 1, 0, "Touches, evictions and refaults by VM; no rows where the capture has one VM.");

    public static readonly Column<int> Schedule = Builder.Int32("schedule", "", "schedule id");
    public static readonly Column<long> Capacity = Builder.OptionalInt64("capacity", "pages", "memory kept; null under as-recorded");
    public static readonly Column<string> Vm = Builder.String("vm", "name of the VM, or of the process whose memory only the host uses");
    public static readonly Column<string> Memcg = Builder.String("memcg", "its cgroup in the model; empty for policies without any");
    public static readonly Column<bool> HostOnly = Builder.Boolean("host_only", "memory that no guest uses");
    public static readonly Column<long> Footprint = Builder.Int64("footprint", "pages", "distinct pages touched");
    public static readonly Column<long> Requests = Builder.Int64("requests", "accesses", "touches served");
    public static readonly Column<long> Evictions = Builder.Int64("evictions", "pages", "pages taken");
    public static readonly Column<long> FalseCold = Builder.Int64("false_cold", "pages", "of them touched again within the horizon");
    public static readonly Column<long> Refaults = Builder.Int64("refaults", "pages", "touches of evicted pages");

    public static TableSchema Schema { get; } = Builder.Build();
}
