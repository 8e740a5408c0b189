namespace SecondLook.Contracts.Tables;

/// <summary>One line or record that could not be used.</summary>
#pragma warning disable CS1591 // The last argument of each declaration says it, for code and for docs/tables.md alike.
public static class QuarantineTable
{
    private static readonly SchemaBuilder Builder = new("quarantine", 1, 0, "One line or record that could not be used.");

    public static readonly Column<int> FileNo = Builder.Int32("file_no", "", "index into kmr.inputs");
    public static readonly Column<long> Line = Builder.Int64("line", "", "1-based line, or record");
    public static readonly Column<long> ByteOffset = Builder.Int64("byte_offset", "bytes", "offset of its first byte");
    public static readonly Column<string> Reason = Builder.String("reason", "cause, such as malformed_event");
    public static readonly Column<string> Text = Builder.String("text", "its first 256 bytes");

    public static TableSchema Schema { get; } = Builder.Build();
}
