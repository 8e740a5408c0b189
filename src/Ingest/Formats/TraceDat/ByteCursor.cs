using System.Buffers.Binary;
using System.Text;
using SecondLook.Ingest.Inputs;

namespace SecondLook.Ingest.Formats.TraceDat;

/// <summary>Reads numbers and texts one after the other from a stretch of bytes; every length is checked against what is left.</summary>
internal sealed class ByteCursor
{
    private const int WindowSize = 1 << 14;
    private readonly SeekableBytes _bytes;
    private readonly bool _bigEndian;
    private readonly byte[] _window = new byte[WindowSize];
    private long _windowAt;
    private int _windowLength;

    /// <summary>Begins at an offset.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="at">First byte.</param>
    /// <param name="end">Byte behind the last; cut to what there is.</param>
    /// <param name="bigEndian">Byte order.</param>
    /// <exception cref="InvalidDataException">The stretch begins behind the end.</exception>
    public ByteCursor(SeekableBytes bytes, long at, long end, bool bigEndian)
    {
        _bytes = bytes;
        _bigEndian = bigEndian;
        At = at;
        End = Math.Min(end, bytes.Length);
        if (at < 0 || at > End)
        {
            throw new InvalidDataException("an offset lies behind the end");
        }
    }

    /// <summary>Offset of the next byte.</summary>
    public long At { get; private set; }

    /// <summary>Byte behind the last.</summary>
    public long End { get; }

    /// <summary>Bytes left.</summary>
    public long Left => End - At;

    /// <summary>One byte.</summary>
    public byte U8() => Take(1)[0];

    /// <summary>Two bytes.</summary>
    public ushort U16() => _bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(Take(2)) : BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    /// <summary>Four bytes.</summary>
    public uint U32() => _bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(Take(4)) : BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    /// <summary>Eight bytes.</summary>
    public ulong U64() => _bigEndian ? BinaryPrimitives.ReadUInt64BigEndian(Take(8)) : BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>Eight bytes as an offset or a size.</summary>
    public long Size()
    {
        ulong value = U64();
        return value <= long.MaxValue ? (long)value : throw new InvalidDataException("a size has more than 63 bits");
    }

    /// <summary>A text that a NUL ends.</summary>
    public string Text(int maxLength = 4096)
    {
        List<byte> text = [];
        for (byte b = U8(); b != 0; b = U8())
        {
            if (text.Count >= maxLength)
            {
                throw new InvalidDataException("a name has no end");
            }
            text.Add(b);
        }
        return Encoding.UTF8.GetString(text.ToArray());
    }

    /// <summary>Many bytes at once.</summary>
    public byte[] Bytes(long count)
    {
        if (count < 0 || count > Left || count > 1 << 28)
        {
            throw new InvalidDataException("a size is larger than what is left");
        }
        byte[] bytes = new byte[count];
        if (_bytes.Read(At, bytes) < count)
        {
            throw new InvalidDataException("a stretch is cut");
        }
        At += count;
        return bytes;
    }

    /// <summary>Passes over bytes.</summary>
    public void Skip(long count)
    {
        if (count < 0 || count > Left)
        {
            throw new InvalidDataException("a size is larger than what is left");
        }
        At += count;
    }

    /// <summary>Takes a mark if it is next.</summary>
    public bool TrySkip(ReadOnlySpan<byte> mark)
    {
        if (Left < mark.Length)
        {
            return false;
        }
        if (Take(mark.Length).SequenceEqual(mark))
        {
            return true;
        }
        At -= mark.Length;
        return false;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > Left)
        {
            throw new InvalidDataException("the data ends in the middle of a value");
        }
        if (At < _windowAt || At + count > _windowAt + _windowLength)
        {
            _windowAt = At;
            _windowLength = _bytes.Read(At, _window.AsSpan(0, (int)Math.Min(WindowSize, Left)));
            if (_windowLength < count)
            {
                throw new InvalidDataException("the data ends in the middle of a value");
            }
        }
        ReadOnlySpan<byte> taken = _window.AsSpan((int)(At - _windowAt), count);
        At += count;
        return taken;
    }
}
