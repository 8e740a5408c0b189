using System.Buffers.Binary;

namespace SecondLook.Parquet.Encodings;

/// <summary>
/// A place in a page that is being decoded. Reads are checked against the page's end; behind it the buffer has
/// <see cref="ByteBuffer.Slack"/> more bytes, so that unpacking may load whole words.
/// </summary>
internal ref struct ByteCursor
{
    private readonly long _fileOffset;
    private readonly string _column;

    /// <summary>Starts at the first byte.</summary>
    /// <param name="padded">The bytes and the slack behind them.</param>
    /// <param name="length">How many of them belong to the page.</param>
    /// <param name="fileOffset">Where the page lies in the file, for messages.</param>
    /// <param name="column">The column, for messages.</param>
    public ByteCursor(ReadOnlySpan<byte> padded, int length, long fileOffset, string column)
    {
        Padded = padded;
        Length = length;
        _fileOffset = fileOffset;
        _column = column;
    }

    /// <summary>The page and its slack.</summary>
    public ReadOnlySpan<byte> Padded { get; }

    /// <summary>Where the page ends.</summary>
    public int Length { get; }

    /// <summary>The next byte.</summary>
    public int Position { get; private set; }

    /// <summary>Bytes that are left.</summary>
    public readonly int Left => Length - Position;

    /// <summary>Takes so many bytes.</summary>
    public ReadOnlySpan<byte> Take(long count, string what)
    {
        if ((ulong)count > (ulong)Left)
        {
            throw Error($"{what} of {count} bytes, but only {Left} are left in the page");
        }
        ReadOnlySpan<byte> bytes = Padded.Slice(Position, (int)count);
        Position += (int)count;
        return bytes;
    }

    /// <summary>Takes so many bytes and gives a view that reaches into what follows them.</summary>
    public ReadOnlySpan<byte> TakePadded(long count, string what)
    {
        int at = Position;
        Take(count, what);
        return Padded[at..];
    }

    /// <summary>Cuts off the next bytes as a cursor of their own.</summary>
    public ByteCursor TakeCursor(long count, string what)
    {
        ReadOnlySpan<byte> rest = TakePadded(count, what);
        return new ByteCursor(rest, (int)count, _fileOffset, _column);
    }

    /// <summary>Reads one byte.</summary>
    public byte Byte(string what) => Take(1, what)[0];

    /// <summary>Reads a length of four bytes.</summary>
    public int Int32(string what) => BinaryPrimitives.ReadInt32LittleEndian(Take(4, what));

    /// <summary>Reads an unsigned number of seven bits a byte.</summary>
    public ulong Varint(string what)
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            byte b = Byte(what);
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }
        throw Error($"{what} of more than ten bytes");
    }

    /// <summary>Reads a signed number.</summary>
    public long ZigZag(string what)
    {
        ulong value = Varint(what);
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>Makes an exception that names column and page.</summary>
    public readonly ParquetException Error(string found) =>
        new($"Column '{_column}', page at {_fileOffset}, byte {Position} of the unpacked page: found {found}.");
}
