using SecondLook.Contracts.Runs;
using SecondLook.Contracts.Tables;
using SecondLook.Reports.Drawing;

namespace SecondLook.Reports.Facts;

/// <summary>The replay tables of one policy. Small ones stay in memory; those with a row per page are read when asked for and can be let go.</summary>
/// <param name="run">The run folder.</param>
/// <param name="facts">What the replay says about the policy.</param>
/// <param name="mark">Hue and shape of the policy in this report.</param>
public sealed class PolicyReplay(RunFolder run, PolicyFacts facts, PolicyMark mark)
{
    private readonly string _folder = run.ReplayOf(facts.Name);
    private GroupedTable? _evictions;
    private GroupedTable? _refaults;
    private GroupedTable? _notifierCalls;

    /// <summary>Name in the job.</summary>
    public string Name => Facts.Name;

    /// <summary>What the replay says about the policy.</summary>
    public PolicyFacts Facts { get; } = facts;

    /// <summary>Hue and shape.</summary>
    public PolicyMark Mark { get; } = mark;

    /// <summary>Whether it is LRU, OPT or another reference without aging.</summary>
    public bool IsReference => Facts.Reference;

    /// <summary>One row a schedule and capacity.</summary>
    public GroupedTable Totals { get; } = Open(run, facts, TotalsTable.Schema, TotalsTable.Schedule, TotalsTable.Capacity);

    /// <summary>Aging passes, and eviction passes that read accessed bits.</summary>
    public GroupedTable AgingPasses { get; } = Open(run, facts, AgingPassesTable.Schema, AgingPassesTable.Schedule, AgingPassesTable.Capacity);

    /// <summary>Reclaim passes judged against the future.</summary>
    public GroupedTable ReclaimPasses { get; } = Open(run, facts, ReclaimPassesTable.Schema, ReclaimPassesTable.Schedule, ReclaimPassesTable.Capacity);

    /// <summary>Pages by generation over time.</summary>
    public GroupedTable Generations { get; } = Open(run, facts, GenerationsTable.Schema, GenerationsTable.Schedule, null);

    /// <summary>Work by hook and lock class.</summary>
    public GroupedTable Costs { get; } = Open(run, facts, CostsTable.Schema, CostsTable.Schedule, CostsTable.Capacity);

    /// <summary>What each VM paid; empty with one VM.</summary>
    public GroupedTable Vms { get; } = Open(run, facts, VmTotalsTable.Schema, VmTotalsTable.Schedule, VmTotalsTable.Capacity);

    /// <summary>Demands that it could not meet.</summary>
    public GroupedTable DemandErrors { get; } = Open(run, facts, DemandErrorsTable.Schema, DemandErrorsTable.Schedule, DemandErrorsTable.Capacity);

    /// <summary>One row an eviction.</summary>
    public GroupedTable Evictions => _evictions ??=
        GroupedTable.Read(PathOf(EvictionsTable.Schema), EvictionsTable.Schema, EvictionsTable.Schedule, EvictionsTable.Capacity);

    /// <summary>One row a refault.</summary>
    public GroupedTable Refaults => _refaults ??=
        GroupedTable.Read(PathOf(RefaultsTable.Schema), RefaultsTable.Schema, RefaultsTable.Schedule, RefaultsTable.Capacity);

    /// <summary>One row a notifier call of the first schedule.</summary>
    public GroupedTable NotifierCalls => _notifierCalls ??=
        GroupedTable.Read(PathOf(NotifierCallsTable.Schema), NotifierCallsTable.Schema, NotifierCallsTable.Schedule, null);

    /// <summary>Lets go of the tables that have a row per page or call.</summary>
    public void Release()
    {
        _evictions = null;
        _refaults = null;
        _notifierCalls = null;
    }

    private static GroupedTable Open(RunFolder run, PolicyFacts facts, TableSchema schema, Column<int> schedule, Column<long>? capacity) =>
        GroupedTable.Read(Path.Combine(run.ReplayOf(facts.Name), schema.Name + ".parquet"), schema, schedule, capacity);

    private string PathOf(TableSchema schema) => Path.Combine(_folder, schema.Name + ".parquet");
}
