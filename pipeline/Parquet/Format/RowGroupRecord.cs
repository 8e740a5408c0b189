namespace SecondLook.Parquet.Format;

/// <summary>What the footer says of one row group.</summary>
/// <param name="Rows">Number of rows.</param>
/// <param name="Offset">Offset of its first byte in the file.</param>
/// <param name="Chunks">One record per column, in schema order.</param>
internal sealed record RowGroupRecord(long Rows, long Offset, ChunkRecord[] Chunks);
