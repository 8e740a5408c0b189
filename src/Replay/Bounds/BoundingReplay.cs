using SecondLook.Contracts.Tables;
using SecondLook.Parquet;

namespace SecondLook.Replay.Bounds;

/// <summary>One policy replayed with one defect filled in one way.</summary>
/// <param name="Defect">Name of the defect; <c>none</c> for the head replay.</param>
/// <param name="Filling">How it was filled.</param>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Requests">Touches served.</param>
/// <param name="Evictions">Pages taken.</param>
/// <param name="Refaults">Of them touched again.</param>
public readonly record struct BoundingReplay(string Defect, string Filling, string Policy, long Requests, long Evictions, long Refaults)
{
    /// <summary>Writes <c>replay/bounding.parquet</c>.</summary>
    public static void Write(string path, List<BoundingReplay> rows, ParquetCodec codec)
    {
        TableBuilder table = new(BoundingReplaysTable.Schema);
        foreach (BoundingReplay replay in rows)
        {
            int row = table.AddRow();
            table[BoundingReplaysTable.Defect].Set(row, replay.Defect);
            table[BoundingReplaysTable.Filling].Set(row, replay.Filling);
            table[BoundingReplaysTable.Policy].Set(row, replay.Policy);
            table[BoundingReplaysTable.Requests].Set(row, replay.Requests);
            table[BoundingReplaysTable.Evictions].Set(row, replay.Evictions);
            table[BoundingReplaysTable.Refaults].Set(row, replay.Refaults);
        }
        ParquetTables.Write(path, table, codec);
    }
}
