using System.Runtime.InteropServices;
using SecondLook.Parquet.Chunks;
using SecondLook.Parquet.Encodings;
using SecondLook.Parquet.Format;

namespace SecondLook.Parquet;

/// <summary>
/// Writes the columns of one row group, one call per column, in the order of the schema.
/// </summary>
/// <remarks>
/// Everywhere, values are those of the rows that have one, without gaps; validity has one bit per row, least significant bit of
/// each word first, and empty validity says that every row has a value.
/// </remarks>
public sealed class RowGroupWriter
{
    private readonly ParquetWriter _file;
    private readonly ChunkWriter _chunk;
    private readonly BooleanColumnWriter _booleans;
    private readonly NumberColumnWriter<int> _int32;
    private readonly NumberColumnWriter<uint> _uint32;
    private readonly NumberColumnWriter<long> _int64;
    private readonly NumberColumnWriter<ulong> _uint64;
    private readonly DoubleColumnWriter _doubles;
    private readonly ByteArrayColumnWriter _byteArrays;
    private ChunkRecord[] _chunks = [];
    private int _column;
    private int _rows;
    private long _offset;

    internal RowGroupWriter(ParquetWriter file, ChunkWriter chunk)
    {
        var indices = new IndexScratch();
        var delta = new DeltaEncoder();
        _file = file;
        _chunk = chunk;
        _booleans = new BooleanColumnWriter(chunk);
        _int32 = new NumberColumnWriter<int>(chunk, indices, delta);
        _uint32 = new NumberColumnWriter<uint>(chunk, indices, delta);
        _int64 = new NumberColumnWriter<long>(chunk, indices, delta);
        _uint64 = new NumberColumnWriter<ulong>(chunk, indices, delta);
        _doubles = new DoubleColumnWriter(chunk, indices);
        _byteArrays = new ByteArrayColumnWriter(chunk, indices);
    }

    /// <summary>Whether columns may be written.</summary>
    internal bool IsOpen { get; private set; }

    /// <summary>Writes a column of nulls, whatever its type; costs nothing per row.</summary>
    public void WriteNulls()
    {
        ParquetColumn column = Current();
        if (!column.Optional && _rows > 0)
        {
            throw new ArgumentException($"Column '{column.Name}' is required, so it cannot be null.");
        }
        _chunk.BeginNulls(_column, column, _rows);
        WriteNullPages();
    }

    /// <summary>Writes a column of booleans.</summary>
    /// <param name="values">Values of the rows that have one.</param>
    /// <param name="validity">One bit per row, or empty.</param>
    public void WriteBoolean(ReadOnlySpan<bool> values, ReadOnlySpan<ulong> validity)
    {
        if (Begin(ParquetType.Boolean, values.Length, validity, out _))
        {
            _booleans.Write(values, validity);
            _column++;
        }
    }

    /// <summary>Writes a column of 32-bit integers; unsigned columns take the bit patterns.</summary>
    /// <param name="values">Values of the rows that have one.</param>
    /// <param name="validity">One bit per row, or empty.</param>
    public void WriteInt32(ReadOnlySpan<int> values, ReadOnlySpan<ulong> validity)
    {
        if (!Begin(ParquetType.Int32, values.Length, validity, out ParquetColumn column))
        {
            return;
        }
        if (column.IsUnsigned)
        {
            _uint32.Write(column, MemoryMarshal.Cast<int, uint>(values), validity);
        }
        else
        {
            _int32.Write(column, values, validity);
        }
        _column++;
    }

    /// <summary>Writes a column of 64-bit integers; unsigned columns take the bit patterns.</summary>
    /// <param name="values">Values of the rows that have one.</param>
    /// <param name="validity">One bit per row, or empty.</param>
    public void WriteInt64(ReadOnlySpan<long> values, ReadOnlySpan<ulong> validity)
    {
        if (!Begin(ParquetType.Int64, values.Length, validity, out ParquetColumn column))
        {
            return;
        }
        if (column.IsUnsigned)
        {
            _uint64.Write(column, MemoryMarshal.Cast<long, ulong>(values), validity);
        }
        else
        {
            _int64.Write(column, values, validity);
        }
        _column++;
    }

    /// <summary>Writes a column of doubles; every bit pattern comes back as it was.</summary>
    /// <param name="values">Values of the rows that have one.</param>
    /// <param name="validity">One bit per row, or empty.</param>
    public void WriteDouble(ReadOnlySpan<double> values, ReadOnlySpan<ulong> validity)
    {
        if (Begin(ParquetType.Double, values.Length, validity, out ParquetColumn column))
        {
            _doubles.Write(column, values, validity);
            _column++;
        }
    }

    /// <summary>Writes a column of byte arrays.</summary>
    /// <param name="bytes">All values one after the other.</param>
    /// <param name="offsets">Count + 1 ascending places: value i is <c>bytes[offsets[i]..offsets[i + 1]]</c>.</param>
    /// <param name="validity">One bit per row, or empty.</param>
    public void WriteByteArrays(ReadOnlySpan<byte> bytes, ReadOnlySpan<int> offsets, ReadOnlySpan<ulong> validity)
    {
        CheckOffsets(bytes, offsets);
        if (Begin(ParquetType.ByteArray, offsets.Length - 1, validity, out ParquetColumn column))
        {
            _byteArrays.Write(column, bytes, offsets, validity);
            _column++;
        }
    }

    /// <summary>
    /// Writes a column of byte arrays that are already numbered. Entries that do not occur are not written; columns with
    /// <see cref="ParquetEncoding.Plain"/> get the bytes themselves.
    /// </summary>
    /// <param name="indices">For every row that has a value, its entry.</param>
    /// <param name="dictionaryBytes">All entries one after the other.</param>
    /// <param name="dictionaryOffsets">Entries + 1 ascending places; may be empty when there are no indices.</param>
    /// <param name="validity">One bit per row, or empty.</param>
    public void WriteIndexedByteArrays(
        ReadOnlySpan<int> indices, ReadOnlySpan<byte> dictionaryBytes, ReadOnlySpan<int> dictionaryOffsets, ReadOnlySpan<ulong> validity)
    {
        if (!indices.IsEmpty)
        {
            CheckOffsets(dictionaryBytes, dictionaryOffsets);
        }
        if (Begin(ParquetType.ByteArray, indices.Length, validity, out ParquetColumn column))
        {
            _byteArrays.WriteIndexed(column, indices, dictionaryBytes, dictionaryOffsets, validity);
            _column++;
        }
    }

    /// <summary>Ends the row group; every column must have been written.</summary>
    public void End()
    {
        if (!IsOpen || _column != _chunks.Length)
        {
            throw new InvalidOperationException(
                $"The row group has {_column} of {_chunks.Length} columns and {(IsOpen ? "is open" : "was ended")}.");
        }
        IsOpen = false;
        _file.Take(new RowGroupRecord(_rows, _offset, _chunks));
    }

    /// <summary>Starts the next row group with the same buffers.</summary>
    internal void Begin(int rows, long offset)
    {
        if (IsOpen)
        {
            throw new InvalidOperationException("The row group before was not ended.");
        }
        IsOpen = true;
        _rows = rows;
        _offset = offset;
        _column = 0;
        _chunks = new ChunkRecord[_file.Columns.Count];
    }

    private ParquetColumn Current() =>
        IsOpen && _column < _chunks.Length
            ? _file.Columns[_column]
            : throw new InvalidOperationException(IsOpen ? $"All {_column} columns are written." : "No row group is open.");

    /// <summary>Checks the call and starts the chunk.</summary>
    /// <returns>False when the chunk is complete already, having no values.</returns>
    private bool Begin(ParquetType type, int values, ReadOnlySpan<ulong> validity, out ParquetColumn column)
    {
        column = Current();
        if (column.Type != type)
        {
            throw new ArgumentException($"Column {_column} '{column.Name}' is {column.Type}, not {type}.");
        }
        if (!validity.IsEmpty && validity.Length < (_rows + 63L) >> 6)
        {
            throw new ArgumentException($"Column '{column.Name}': {validity.Length} words of validity do not cover {_rows} rows.");
        }
        _chunk.Begin(_column, column, _rows, validity);
        if (_chunk.Layout.Values != values)
        {
            throw new ArgumentException(
                $"Column '{column.Name}': {values} values, but {_chunk.Layout.Values} of {_rows} rows are said to have one.");
        }
        if (!column.Optional && values != _rows)
        {
            throw new ArgumentException($"Column '{column.Name}' is required, but only {values} of {_rows} rows have a value.");
        }
        _chunks[_column] = _chunk.Record;
        if (values == 0)
        {
            WriteNullPages();
            return false;
        }
        return true;
    }

    private void WriteNullPages()
    {
        _chunk.SkipCompression();
        _chunk.WritePages(default(NoValues), []);
        _chunks[_column] = _chunk.Record;
        _column++;
    }

    private static void CheckOffsets(ReadOnlySpan<byte> bytes, ReadOnlySpan<int> offsets)
    {
        if (offsets.IsEmpty || offsets[0] < 0 || offsets[^1] > bytes.Length)
        {
            throw new ArgumentException($"Offsets must have one entry more than there are values and lie within the {bytes.Length} bytes.");
        }
        int descents = 0;
        for (int i = 1; i < offsets.Length; i++)
        {
            descents |= offsets[i] - offsets[i - 1];
        }
        if (descents < 0)
        {
            throw new ArgumentException("Offsets must ascend.");
        }
    }
}
