using SecondLook.Parquet.Thrift;

namespace SecondLook.Parquet.Format;

/// <summary>Reads the <c>FileMetaData</c> struct out of untrusted bytes.</summary>
internal static class FooterReader
{
    /// <summary>
    /// The longest row group that is read. Others write up to 64 Mi rows; a damaged count must not make the caller allocate more.
    /// </summary>
    public const int MaxRowsInGroup = 1 << 26;

    /// <summary>Reads and checks the footer.</summary>
    /// <param name="bytes">The struct.</param>
    /// <param name="fileOffset">Where it lies, which is also where the last chunk must have ended.</param>
    /// <exception cref="ParquetException">It is damaged or outside the subset.</exception>
    public static FileLayout Read(ReadOnlySpan<byte> bytes, long fileOffset)
    {
        var thrift = new CompactReader(bytes, fileOffset, "Footer");
        ParquetColumn[]? columns = null;
        List<RowGroupRecord> groups = [];
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        long rows = -1;
        int field = 0;
        while (thrift.NextField(ref field, out ThriftType type))
        {
            switch (field)
            {
                case 2:
                    columns = SchemaReader.Read(ref thrift, type);
                    break;
                case 3:
                    rows = thrift.Integer(type);
                    break;
                case 4:
                    groups = ReadGroups(ref thrift, type, columns ?? throw thrift.Error("row groups before the schema"), fileOffset);
                    break;
                case 5:
                    ReadMetadata(ref thrift, type, metadata);
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }
        if (columns is null)
        {
            throw thrift.Error("no schema");
        }
        long sum = 0;
        foreach (RowGroupRecord group in groups)
        {
            sum += group.Rows;
        }
        return sum == rows
            ? new FileLayout(columns, [.. groups], metadata)
            : throw thrift.Error($"{rows} rows in the file, but {sum} in its row groups");
    }

    private static List<RowGroupRecord> ReadGroups(ref CompactReader thrift, ThriftType type, ParquetColumn[] columns, long end)
    {
        var groups = new List<RowGroupRecord>();
        int count = thrift.List(type, ThriftType.Struct);
        for (int i = 0; i < count; i++)
        {
            groups.Add(ReadGroup(ref thrift, i, columns, end));
        }
        return groups;
    }

    private static RowGroupRecord ReadGroup(ref CompactReader thrift, int ordinal, ParquetColumn[] columns, long end)
    {
        var chunks = new List<ChunkRecord>();
        long rows = -1;
        thrift.Enter(ThriftType.Struct);
        int field = 0;
        while (thrift.NextField(ref field, out ThriftType type))
        {
            if (field == 1)
            {
                int count = thrift.List(type, ThriftType.Struct);
                for (int i = 0; i < count; i++)
                {
                    chunks.Add(ReadChunk(ref thrift));
                }
            }
            else if (field == 3)
            {
                rows = thrift.Integer(type);
            }
            else
            {
                thrift.Skip(type);
            }
        }
        thrift.Leave();
        if (chunks.Count != columns.Length || rows is < 0 or > MaxRowsInGroup)
        {
            throw thrift.Error(
                $"row group {ordinal} with {chunks.Count} columns and {rows} rows, "
                + $"expected {columns.Length} columns and at most {MaxRowsInGroup} rows");
        }
        for (int i = 0; i < columns.Length; i++)
        {
            Check(ref thrift, columns[i], chunks[i], rows, end);
        }
        return new RowGroupRecord(rows, 0, [.. chunks]);
    }

    private static ChunkRecord ReadChunk(ref CompactReader thrift)
    {
        ChunkRecord? chunk = null;
        thrift.Enter(ThriftType.Struct);
        int field = 0;
        while (thrift.NextField(ref field, out ThriftType type))
        {
            switch (field)
            {
                case 1:
                    throw thrift.Error("a column chunk in another file, expected one in this file");
                case 3:
                    chunk = ReadChunkMetadata(ref thrift, type);
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }
        thrift.Leave();
        return chunk ?? throw thrift.Error("a column chunk without metadata");
    }

    private static ChunkRecord ReadChunkMetadata(ref CompactReader thrift, ThriftType structType)
    {
        var chunk = new ChunkRecord { DataOffset = -1, ValueCount = -1 };
        thrift.Enter(structType);
        int field = 0;
        while (thrift.NextField(ref field, out ThriftType type))
        {
            switch (field)
            {
                case 1:
                    chunk.Type = (PhysicalType)thrift.Int32(type);
                    break;
                case 4:
                    chunk.Codec = (CodecNumber)thrift.Int32(type);
                    break;
                case 5:
                    chunk.ValueCount = thrift.Integer(type);
                    break;
                case 6:
                    chunk.UncompressedBytes = thrift.Integer(type);
                    break;
                case 7:
                    chunk.CompressedBytes = thrift.Integer(type);
                    break;
                case 9:
                    chunk.DataOffset = thrift.Integer(type);
                    break;
                case 11:
                    chunk.DictionaryOffset = thrift.Integer(type);
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }
        thrift.Leave();
        return chunk;
    }

    private static void Check(ref CompactReader thrift, ParquetColumn column, ChunkRecord chunk, long rows, long end)
    {
        if (chunk.Type != SchemaTypes.Physical(column.Type))
        {
            throw thrift.Error($"column '{column.Name}' with a chunk of type {chunk.Type}, expected {column.Type}");
        }
        if (chunk.ValueCount != rows)
        {
            throw thrift.Error($"column '{column.Name}' with {chunk.ValueCount} values in a row group of {rows} rows");
        }
        if (rows == 0)
        {
            return;
        }
        long start = chunk.Start;
        if (start < 4 || chunk.CompressedBytes < 0 || start > end || chunk.CompressedBytes > end - start)
        {
            throw thrift.Error(
                $"column '{column.Name}' at {start} with {chunk.CompressedBytes} bytes, "
                + $"expected a place between 4 and {end}, where the footer begins");
        }
    }

    private static void ReadMetadata(ref CompactReader thrift, ThriftType listType, Dictionary<string, string> metadata)
    {
        int count = thrift.List(listType, ThriftType.Struct);
        for (int i = 0; i < count; i++)
        {
            string key = "";
            string value = "";
            thrift.Enter(ThriftType.Struct);
            int field = 0;
            while (thrift.NextField(ref field, out ThriftType type))
            {
                switch (field)
                {
                    case 1:
                        key = thrift.Text(type);
                        break;
                    case 2:
                        value = thrift.Text(type);
                        break;
                    default:
                        thrift.Skip(type);
                        break;
                }
            }
            thrift.Leave();
            metadata[key] = value;
        }
    }
}
