using System.Collections.Immutable;

namespace SecondLook.Contracts.Tables;

/// <summary>Every table that a run may hold, in the order of the stages; <c>docs/tables.md</c> is written from it.</summary>
public static class AllTables
{
    /// <summary>The schemas.</summary>
    public static ImmutableArray<TableSchema> Schemas { get; } =
    [
        EventsTable.Schema,
        MemslotsTable.Schema,
        ActionsTable.Schema,
        TruthTable.Schema,
        ResidencyTable.Schema,
        SnapshotsTable.Schema,
        TasksTable.Schema,
        GapsTable.Schema,
        QuarantineTable.Schema,
        PagesTable.Schema,
        TouchesTable.Schema,
        SchedulesTable.Schema,
        AgingPassesTable.Schema,
        NotifierCallsTable.Schema,
        EvictionsTable.Schema,
        RefaultsTable.Schema,
        GenerationsTable.Schema,
        ReclaimPassesTable.Schema,
        TotalsTable.Schema,
        VmTotalsTable.Schema,
        CostsTable.Schema,
        ErrorCausesTable.Schema,
        DemandErrorsTable.Schema,
        BoundingReplaysTable.Schema,
        AblationTable.Schema,
        AblationSlicesTable.Schema,
        MetricsTable.Schema,
    ];
}
