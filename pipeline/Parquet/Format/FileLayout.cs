namespace SecondLook.Parquet.Format;

/// <summary>What the footer of a file says, checked against the file's length.</summary>
/// <param name="Columns">The schema.</param>
/// <param name="Groups">The row groups.</param>
/// <param name="Metadata">Key-value pairs; of a key that occurs twice, the last.</param>
internal sealed record FileLayout(ParquetColumn[] Columns, RowGroupRecord[] Groups, Dictionary<string, string> Metadata);
