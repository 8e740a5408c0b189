using System.Buffers.Binary;
using SecondLook.Ingest.Inputs;

namespace SecondLook.Ingest.Formats.TraceDat;

/// <summary>Where the ring-buffer pages of one CPU lie.</summary>
/// <param name="Cpu">CPU.</param>
/// <param name="Offset">First byte in the file.</param>
/// <param name="Size">Bytes in the file.</param>
internal readonly record struct CpuArea(int Cpu, long Offset, long Size);

/// <summary>The ring-buffer pages of one CPU, one after the other, unpacked where the file packs them.</summary>
internal sealed class PageSource
{
    private const int MaxChunk = 1 << 26;
    private const int ReadAhead = 1 << 17;
    private readonly SeekableBytes _bytes;
    private readonly Unpacker? _unpacker;
    private readonly int _pageSize;
    private readonly bool _bigEndian;
    private ByteCursor? _chunks;
    private readonly long _end;
    private readonly byte[] _buffer;
    private byte[] _chunk = [];
    private long _next;
    private long _bufferOffset;
    private int _at;
    private int _filled;
    private uint _chunksLeft;

    /// <summary>Begins at the first page.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="area">Where the pages lie.</param>
    /// <param name="pageSize">Bytes of a page.</param>
    /// <param name="unpacker">Unpacks chunks, or null when the pages are stored as they are.</param>
    /// <param name="bigEndian">Byte order.</param>
    public PageSource(SeekableBytes bytes, CpuArea area, int pageSize, Unpacker? unpacker, bool bigEndian)
    {
        _bytes = bytes;
        _unpacker = unpacker;
        _pageSize = pageSize;
        _bigEndian = bigEndian;
        if (area.Offset < 0 || area.Offset > bytes.Length || area.Size < 0)
        {
            // Outside the file: only a damaged table says so.
            area = new CpuArea(area.Cpu, bytes.Length, 1);
        }
        _next = area.Offset;
        IsCut = area.Size > bytes.Length - area.Offset;
        _end = IsCut ? bytes.Length : area.Offset + area.Size;
        if (unpacker is null)
        {
            int ahead = (int)Math.Min(Math.Max(ReadAhead / pageSize, 1) * (long)pageSize, Math.Max(area.Size, 0));
            _buffer = new byte[ahead + RecordPlan.Overread];
            return;
        }
        _buffer = [];
        try
        {
            // trace-cmd does not count the four bytes of the number of chunks.
            _chunks = new ByteCursor(bytes, area.Offset, area.Offset + area.Size + 4, bigEndian);
            _chunksLeft = _chunks.Left >= 4 ? _chunks.U32() : 0;
        }
        catch (InvalidDataException)
        {
            IsCut = true;
        }
    }

    /// <summary>Whether the file ends before the pages do, or they cannot be unpacked.</summary>
    public bool IsCut { get; private set; }

    /// <summary>The buffer that the page at hand lies in; <see cref="RecordPlan.Overread"/> bytes behind it are readable.</summary>
    public byte[] Buffer => _unpacker is null ? _buffer : _chunk;

    /// <summary>Offset of the page in the file, or of its chunk.</summary>
    public long Offset { get; private set; }

    /// <summary>Goes to the next page.</summary>
    /// <param name="start">Its first byte in <see cref="Buffer"/>.</param>
    /// <param name="length">Its bytes, fewer than a page only where the file is cut.</param>
    public bool TryNext(out int start, out int length)
    {
        if (_at >= _filled && !(_unpacker is null ? Fill() : Unpack()))
        {
            start = 0;
            length = 0;
            return false;
        }
        start = _at;
        length = Math.Min(_pageSize, _filled - _at);
        Offset = _bufferOffset + (_unpacker is null ? _at : 0);
        _at += length;
        return true;
    }

    /// <summary>Whether the packed pages of a CPU may begin at an offset: a count of chunks, then the two lengths of the first.</summary>
    public static bool BeginsChunks(SeekableBytes bytes, long at, int pageSize, bool bigEndian)
    {
        Span<byte> head = stackalloc byte[16];
        int length = bytes.Read(at, head);
        return (length >= 4 && Word(head, bigEndian) == 0)
            || (length == head.Length && Word(head, bigEndian) < 1 << 24 && IsChunk(head[4..], bytes.Length - at - 12, pageSize, bigEndian));
    }

    private static uint Word(ReadOnlySpan<byte> bytes, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    // Packed length, plain length of whole pages, and the mark of zstd or zlib.
    private static bool IsChunk(ReadOnlySpan<byte> head, long left, int pageSize, bool bigEndian)
    {
        uint packed = Word(head, bigEndian);
        uint plain = Word(head[4..], bigEndian);
        ReadOnlySpan<byte> mark = head[8..];
        return packed > 8 && packed <= left && plain is > 0 and <= MaxChunk && plain % (uint)pageSize == 0
            && (mark.StartsWith((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd]) || (mark[0] == 0x78 && mark[1] is 0x01 or 0x5e or 0x9c or 0xda));
    }

    // The lengths of a chunk are damaged: goes to the next one that can be told.
    private bool ToNextChunk(long from)
    {
        byte[] rest = new byte[(int)Math.Clamp(_end - from, 0, MaxChunk)];
        int length = _bytes.Read(from, rest);
        for (int at = 1; at + 12 <= length; at++)
        {
            if (IsChunk(rest.AsSpan(at), _end - from - at - 8, _pageSize, _bigEndian))
            {
                _chunks = new ByteCursor(_bytes, from + at, _end, _bigEndian);
                return true;
            }
        }
        return false;
    }

    private bool Fill()
    {
        int wanted = (int)Math.Min(_buffer.Length - RecordPlan.Overread, _end - _next);
        if (wanted <= 0)
        {
            return false;
        }
        _bufferOffset = _next;
        _filled = _bytes.Read(_next, _buffer.AsSpan(0, wanted));
        _at = 0;
        _next += _filled;
        IsCut |= _filled < wanted;
        return _filled > 0;
    }

    private bool Unpack()
    {
        while (_chunks is not null && _chunksLeft > 0)
        {
            _chunksLeft--;
            _bufferOffset = _chunks.At;
            try
            {
                uint packed = _chunks.U32();
                uint plain = _chunks.U32();
                if (plain is 0 or > MaxChunk)
                {
                    throw new InvalidDataException("a chunk has an absurd size");
                }
                byte[] unpacked = _unpacker!.Unpack(_chunks.Bytes(packed), (int)plain, out int length);
                Array.Resize(ref unpacked, length + RecordPlan.Overread);
                _chunk = unpacked;
                _filled = length;
                _at = 0;
                IsCut |= length < plain;
                if (length > 0)
                {
                    return true;
                }
            }
            catch (InvalidDataException)
            {
                IsCut = true;
                if (!ToNextChunk(_bufferOffset))
                {
                    _chunksLeft = 0;
                }
            }
        }
        return false;
    }
}
