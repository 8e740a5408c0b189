using System.Buffers.Binary;

namespace SecondLook.Ingest.Synth;

/// <summary>Fills the ring-buffer pages of one CPU with records and writes them out, each when it is full.</summary>
/// <remarks>Models: struct buffer_data_page and rb_add_timestamp, kernel/trace/ring_buffer.c, 6.12.</remarks>
/// <param name="output">Receives pages.</param>
internal sealed class RingPages(Stream output)
{
    /// <summary>Bytes of a page.</summary>
    public const int PageSize = 4096;

    private const int HeaderSize = 16;
    private const ulong DeltaLimit = 1UL << 27;
    private const int LargestShort = 28 * 4;
    private readonly byte[] _page = new byte[PageSize];
    private int _used = HeaderSize;
    private ulong _last;

    /// <summary>Pages written.</summary>
    public long Count { get; private set; }

    /// <summary>Longest record that a page can hold.</summary>
    public static int LongestRecord => PageSize - HeaderSize - 16;

    /// <summary>Adds a record.</summary>
    /// <param name="stamp">Time, not less than that of the record before; what is less is taken as equal.</param>
    /// <param name="record">The bytes, a multiple of four.</param>
    public void Add(ulong stamp, ReadOnlySpan<byte> record)
    {
        stamp = Math.Max(stamp, _last);
        int header = record.Length <= LargestShort ? 4 : 8;
        if (_used == HeaderSize || _used + 8 + header + record.Length > PageSize)
        {
            Flush();
            BinaryPrimitives.WriteUInt64LittleEndian(_page, stamp);
            _last = stamp;
        }
        ulong delta = stamp - _last;
        if (delta >= DeltaLimit)
        {
            // Type 30: the upper bits of the difference in a word of their own.
            Word((uint)(delta & (DeltaLimit - 1)) << 5 | 30);
            Word((uint)(delta >> 27));
            delta = 0;
        }
        _last = stamp;
        if (header == 4)
        {
            Word((uint)delta << 5 | (uint)(record.Length / 4));
        }
        else
        {
            Word((uint)delta << 5);
            Word((uint)record.Length + 4);
        }
        record.CopyTo(_page.AsSpan(_used));
        _used += record.Length;
    }

    /// <summary>Writes the page at hand if there is something on it.</summary>
    public void Flush()
    {
        if (_used > HeaderSize)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(_page.AsSpan(8), (ulong)(_used - HeaderSize));
            _page.AsSpan(_used).Clear();
            output.Write(_page);
            Count++;
        }
        _used = HeaderSize;
    }

    private void Word(uint word)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_page.AsSpan(_used), word);
        _used += 4;
    }
}
