using System.Buffers.Binary;
using SecondLook.Parquet.Chunks;
using SecondLook.Parquet.Format;

namespace SecondLook.Parquet;

/// <summary>
/// Reads flat Parquet files, ours and those of other writers, column chunk by column chunk. Trusts nothing in the file: what is
/// damaged or outside the subset gives a <see cref="ParquetException"/>. Not for use by several threads at once.
/// </summary>
public sealed class ParquetReader : IDisposable
{
    private const int TailBytes = 8;
    private readonly ChunkReader _chunk;
    private readonly FileLayout _layout;
    private readonly FixedColumnReader _fixed;
    private readonly BooleanColumnReader _booleans;
    private readonly ByteArrayColumnReader _byteArrays;
    private ulong[] _validity = [];

    /// <summary>Opens a file by reading its footer.</summary>
    /// <param name="input">A seekable stream, left open for its owner.</param>
    /// <exception cref="ParquetException">The footer is missing, damaged or outside the subset.</exception>
    public ParquetReader(Stream input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _layout = ReadFooter(input);
        foreach (RowGroupRecord group in _layout.Groups)
        {
            RowCount += group.Rows;
        }
        _chunk = new ChunkReader(input);
        _fixed = new FixedColumnReader(_chunk);
        _booleans = new BooleanColumnReader(_chunk);
        _byteArrays = new ByteArrayColumnReader(_chunk);
    }

    /// <summary>The schema.</summary>
    public IReadOnlyList<ParquetColumn> Columns => _layout.Columns;

    /// <summary>Key-value pairs of the footer.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _layout.Metadata;

    /// <summary>Number of row groups.</summary>
    public int RowGroupCount => _layout.Groups.Length;

    /// <summary>Rows of all row groups.</summary>
    public long RowCount { get; }

    /// <summary>Rows of one row group.</summary>
    /// <param name="rowGroup">Its number, from 0.</param>
    /// <returns>At most 2^26.</returns>
    public int RowsInGroup(int rowGroup) => (int)_layout.Groups[rowGroup].Rows;

    /// <summary>The number of the column of that name, or -1.</summary>
    /// <param name="name">Name, compared ordinally.</param>
    /// <returns>Place in <see cref="Columns"/>.</returns>
    public int FindColumn(string name) => Array.FindIndex(_layout.Columns, column => column.Name == name);

    /// <summary>Reads a column of booleans.</summary>
    /// <param name="rowGroup">Row group.</param>
    /// <param name="column">Column.</param>
    /// <param name="values">At least one element per row; rows without a value get false.</param>
    /// <param name="validity">One bit per row, set where there is a value; may be empty when that does not matter.</param>
    public void ReadBoolean(int rowGroup, int column, Span<bool> values, Span<ulong> validity)
    {
        int rows = Begin(rowGroup, column, ParquetType.Boolean, values.Length, ref validity);
        _booleans.Read(values[..rows], validity);
    }

    /// <summary>Reads a column of 32-bit integers; unsigned columns give the bit patterns.</summary>
    /// <param name="rowGroup">Row group.</param>
    /// <param name="column">Column.</param>
    /// <param name="values">At least one element per row; rows without a value get 0.</param>
    /// <param name="validity">One bit per row, set where there is a value; may be empty when that does not matter.</param>
    public void ReadInt32(int rowGroup, int column, Span<int> values, Span<ulong> validity)
    {
        int rows = Begin(rowGroup, column, ParquetType.Int32, values.Length, ref validity);
        _fixed.Read(values[..rows], validity);
    }

    /// <summary>Reads a column of 64-bit integers; unsigned columns give the bit patterns.</summary>
    /// <param name="rowGroup">Row group.</param>
    /// <param name="column">Column.</param>
    /// <param name="values">At least one element per row; rows without a value get 0.</param>
    /// <param name="validity">One bit per row, set where there is a value; may be empty when that does not matter.</param>
    public void ReadInt64(int rowGroup, int column, Span<long> values, Span<ulong> validity)
    {
        int rows = Begin(rowGroup, column, ParquetType.Int64, values.Length, ref validity);
        _fixed.Read(values[..rows], validity);
    }

    /// <summary>Reads a column of doubles.</summary>
    /// <param name="rowGroup">Row group.</param>
    /// <param name="column">Column.</param>
    /// <param name="values">At least one element per row; rows without a value get 0.</param>
    /// <param name="validity">One bit per row, set where there is a value; may be empty when that does not matter.</param>
    public void ReadDouble(int rowGroup, int column, Span<double> values, Span<ulong> validity)
    {
        int rows = Begin(rowGroup, column, ParquetType.Double, values.Length, ref validity);
        _fixed.Read(values[..rows], validity);
    }

    /// <summary>Reads a column of byte arrays.</summary>
    /// <param name="rowGroup">Row group.</param>
    /// <param name="column">Column.</param>
    /// <returns>Bytes, offsets and validity, owned by the caller.</returns>
    public ByteArrayColumn ReadByteArrays(int rowGroup, int column)
    {
        int rows = RowsInGroup(rowGroup);
        Begin(rowGroup, column, ParquetType.ByteArray);
        return _byteArrays.Read(rows);
    }

    /// <summary>Frees the codec; the stream stays open.</summary>
    public void Dispose() => _chunk.Dispose();

    private int Begin(int rowGroup, int column, ParquetType type, int room, ref Span<ulong> validity)
    {
        int rows = RowsInGroup(rowGroup);
        int words = (rows + 63) >> 6;
        if (room < rows || (!validity.IsEmpty && validity.Length < words))
        {
            throw new ArgumentException(
                $"Room for {room} values and {validity.Length} words of validity, but row group {rowGroup} has {rows} rows.");
        }
        if (validity.IsEmpty)
        {
            if (_validity.Length < words)
            {
                _validity = new ulong[words];
            }
            validity = _validity;
        }
        Begin(rowGroup, column, type);
        return rows;
    }

    private void Begin(int rowGroup, int column, ParquetType type)
    {
        ParquetColumn schema = Columns[column];
        if (schema.Type != type)
        {
            throw new ArgumentException($"Column {column} '{schema.Name}' is {schema.Type}, not {type}.");
        }
        _chunk.Begin(schema, _layout.Groups[rowGroup].Chunks[column], RowsInGroup(rowGroup));
    }

    private static FileLayout ReadFooter(Stream input)
    {
        long length = input.Length;
        if (length < TailBytes + 4)
        {
            throw new ParquetException($"File of {length} bytes, expected at least {TailBytes + 4}: this is not a Parquet file.");
        }
        Span<byte> tail = stackalloc byte[TailBytes];
        input.Position = length - TailBytes;
        ReadExactly(input, tail);
        if (!tail[4..].SequenceEqual("PAR1"u8))
        {
            throw new ParquetException(
                $"Byte {length - 4}: found {Convert.ToHexStringLower(tail[4..])}, expected PAR1: "
                + "not a Parquet file, or one that was broken off.");
        }
        long footer = BinaryPrimitives.ReadUInt32LittleEndian(tail);
        long start = length - TailBytes - footer;
        if (start < 4 || footer > Array.MaxLength)
        {
            throw new ParquetException($"Byte {length - TailBytes}: found a footer of {footer} bytes in a file of {length}.");
        }
        byte[] bytes = new byte[footer];
        input.Position = start;
        ReadExactly(input, bytes);
        return FooterReader.Read(bytes, start);
    }

    private static void ReadExactly(Stream input, Span<byte> bytes)
    {
        if (input.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) != bytes.Length)
        {
            throw new ParquetException($"Byte {input.Position}: found the end of the file, expected its footer.");
        }
    }
}
