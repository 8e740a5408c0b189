using SecondLook.Parquet.Encodings;
using SecondLook.Parquet.Thrift;

namespace SecondLook.Parquet.Format;

/// <summary>Writes the <c>FileMetaData</c> struct: schema, row groups, metadata, orders.</summary>
internal sealed class FooterWriter
{
    private const string CreatedBy = "SecondLook";
    private const int FormatVersion = 2;
    private readonly CompactWriter _thrift;
    private readonly IReadOnlyList<ParquetColumn> _columns;

    private FooterWriter(ByteBuffer output, IReadOnlyList<ParquetColumn> columns)
    {
        _thrift = new CompactWriter(output);
        _columns = columns;
    }

    /// <summary>Appends the footer.</summary>
    /// <param name="output">Receives it.</param>
    /// <param name="columns">The schema.</param>
    /// <param name="groups">The row groups that were written.</param>
    /// <param name="metadata">Key-value pairs, in the order in which they are to be written.</param>
    /// <param name="sortedBy">Number of the column by which rows ascend, or -1.</param>
    public static void Write(
        ByteBuffer output,
        IReadOnlyList<ParquetColumn> columns,
        IReadOnlyList<RowGroupRecord> groups,
        SortedDictionary<string, string> metadata,
        int sortedBy)
    {
        new FooterWriter(output, columns).Write(groups, metadata, sortedBy);
    }

    private void Write(IReadOnlyList<RowGroupRecord> groups, SortedDictionary<string, string> metadata, int sortedBy)
    {
        long rows = 0;
        foreach (RowGroupRecord group in groups)
        {
            rows += group.Rows;
        }
        _thrift.BeginStruct();
        _thrift.I32(1, FormatVersion);
        WriteSchema();
        _thrift.I64(3, rows);
        _thrift.BeginList(4, ThriftType.Struct, groups.Count);
        for (int i = 0; i < groups.Count; i++)
        {
            WriteGroup(groups[i], i, sortedBy);
        }
        if (metadata.Count > 0)
        {
            _thrift.BeginList(5, ThriftType.Struct, metadata.Count);
            foreach ((string key, string value) in metadata)
            {
                _thrift.BeginStruct();
                _thrift.Text(1, key);
                _thrift.Text(2, value);
                _thrift.EndStruct();
            }
        }
        _thrift.Text(6, CreatedBy);
        _thrift.BeginList(7, ThriftType.Struct, _columns.Count);
        for (int i = 0; i < _columns.Count; i++)
        {
            _thrift.BeginStruct();
            _thrift.BeginStruct(1);
            _thrift.EndStruct();
            _thrift.EndStruct();
        }
        _thrift.EndStruct();
    }

    private void WriteSchema()
    {
        _thrift.BeginList(2, ThriftType.Struct, _columns.Count + 1);
        _thrift.BeginStruct();
        _thrift.Text(4, "schema");
        _thrift.I32(5, _columns.Count);
        _thrift.EndStruct();
        foreach (ParquetColumn column in _columns)
        {
            _thrift.BeginStruct();
            _thrift.I32(1, (int)SchemaTypes.Physical(column.Type));
            _thrift.I32(3, column.Optional ? 1 : 0);
            _thrift.Text(4, column.Name);
            SchemaTypes.WriteLogical(_thrift, column.Logical);
            _thrift.EndStruct();
        }
    }

    private void WriteGroup(RowGroupRecord group, int ordinal, int sortedBy)
    {
        long uncompressed = 0;
        long compressed = 0;
        _thrift.BeginStruct();
        _thrift.BeginList(1, ThriftType.Struct, group.Chunks.Length);
        for (int i = 0; i < group.Chunks.Length; i++)
        {
            WriteChunk(_columns[i], group.Chunks[i]);
            uncompressed += group.Chunks[i].UncompressedBytes;
            compressed += group.Chunks[i].CompressedBytes;
        }
        _thrift.I64(2, uncompressed);
        _thrift.I64(3, group.Rows);
        if (sortedBy >= 0)
        {
            _thrift.BeginList(4, ThriftType.Struct, 1);
            _thrift.BeginStruct();
            _thrift.I32(1, sortedBy);
            _thrift.Bool(2, false);
            _thrift.Bool(3, false);
            _thrift.EndStruct();
        }
        _thrift.I64(5, group.Offset);
        _thrift.I64(6, compressed);
        if (ordinal <= short.MaxValue)
        {
            _thrift.I16(7, (short)ordinal);
        }
        _thrift.EndStruct();
    }

    private void WriteChunk(ParquetColumn column, ChunkRecord chunk)
    {
        long offset = chunk.DictionaryOffset >= 0 ? chunk.DictionaryOffset : chunk.DataOffset;
        _thrift.BeginStruct();
        _thrift.I64(2, offset);
        _thrift.BeginStruct(3);
        _thrift.I32(1, (int)SchemaTypes.Physical(column.Type));
        _thrift.BeginList(2, ThriftType.I32, System.Numerics.BitOperations.PopCount((uint)chunk.Encodings));
        for (int encoding = 0; encoding < 32; encoding++)
        {
            if ((chunk.Encodings >> encoding & 1) != 0)
            {
                _thrift.I32Element(encoding);
            }
        }
        _thrift.BeginList(3, ThriftType.Binary, 1);
        _thrift.TextElement(column.Name);
        _thrift.I32(4, (int)chunk.Codec);
        _thrift.I64(5, chunk.ValueCount);
        _thrift.I64(6, chunk.UncompressedBytes);
        _thrift.I64(7, chunk.CompressedBytes);
        _thrift.I64(9, chunk.DataOffset);
        if (chunk.DictionaryOffset >= 0)
        {
            _thrift.I64(11, chunk.DictionaryOffset);
        }
        StatisticsThrift.Write(_thrift, 12, chunk.Statistics);
        _thrift.EndStruct();
        _thrift.EndStruct();
    }
}
