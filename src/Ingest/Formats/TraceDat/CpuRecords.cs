using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace SecondLook.Ingest.Formats.TraceDat;

/// <summary>The records of one CPU in file order: walks ring-buffer pages, adds up time deltas, notes lost events.</summary>
/// <remarks>Models: struct buffer_data_page and rb_event_length, kernel/trace/ring_buffer.c, 5.10 to 7.1.</remarks>
internal sealed class CpuRecords
{
    private const uint SizeMask = (1u << 27) - 1;
    private const uint MissedFlag = 1u << 31;
    private const uint StoredFlag = 1u << 30;
    private const int AbsoluteBits = 59;
    private readonly PageSource _pages;
    private readonly PageLayout _layout;
    private byte[] _buffer = [];
    private int _pageStart;
    private int _at;
    private int _end;
    private ulong _pageStamp;
    private int _recordAt;
    private int _recordLength;
    private bool _pageCut;
    private bool _cut;

    public CpuRecords(int cpu, int stream, PageSource pages, PageLayout layout)
    {
        Cpu = cpu;
        Stream = stream;
        _pages = pages;
        _layout = layout;
    }

    /// <summary>CPU.</summary>
    public int Cpu { get; }

    /// <summary>Stream that the records belong to.</summary>
    public int Stream { get; }

    /// <summary>Time of the record, as recorded.</summary>
    public ulong Stamp { get; private set; }

    /// <summary>Time of the record after shifts; set by the reader.</summary>
    public ulong Time { get; set; }

    /// <summary>Place in the order of time, never less than that of the record before; set by the reader.</summary>
    public ulong SortStamp { get; set; }

    /// <summary>The record.</summary>
    public ReadOnlySpan<byte> Record => _buffer.AsSpan(_recordAt, _recordLength);

    /// <summary>Offset of the record in the file, or of the chunk that it was packed in.</summary>
    public long Offset => _pages.Offset + _recordAt - _pageStart;

    /// <summary>Whether events were lost before the record.</summary>
    public bool Missed => MissedCount >= 0 || MissedUncounted;

    /// <summary>How many, by all marks since the record before that tell a number; -1 when none does.</summary>
    public long MissedCount { get; private set; } = -1;

    /// <summary>Whether a mark since the record before tells no number.</summary>
    public bool MissedUncounted { get; private set; }

    /// <summary>Whether records before this one could not be read because the page is damaged.</summary>
    public bool Damaged { get; set; }

    /// <summary>Whether the file ends before the pages of this CPU do.</summary>
    public bool IsCut => _pages.IsCut || _cut;

    /// <summary>The losses before the record were told.</summary>
    public void ClearMissed()
    {
        MissedCount = -1;
        MissedUncounted = false;
    }

    /// <summary>Goes to the next record.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MoveNext()
    {
        int at = _at;
        if (at + 4 <= _end)
        {
            uint header = Word(at);
            uint kind = _layout.BigEndian ? header >> 27 : header & 31;
            if (kind - 1 < 28)
            {
                int length = (int)kind * 4;
                if (at + 4 + length <= _end)
                {
                    Stamp += _layout.BigEndian ? header & SizeMask : header >> 5;
                    _recordAt = at + 4;
                    _recordLength = length;
                    _at = at + 4 + length;
                    return true;
                }
            }
        }
        return MoveSlow();
    }

    private bool MoveSlow()
    {
        while (true)
        {
            if (_at + 4 > _end)
            {
                if (!NextPage())
                {
                    return false;
                }
                continue;
            }
            uint header = Word(_at);
            uint kind = _layout.BigEndian ? header >> 27 : header & 31;
            uint delta = _layout.BigEndian ? header & SizeMask : header >> 5;
            int data = _at + 4;
            if (kind is > 0 and < 29)
            {
                int length = (int)kind * 4;
                if (data + length > _end)
                {
                    Break();
                    continue;
                }
                Take(delta, data, length, data + length);
                return true;
            }
            if (kind == 29 && delta == 0)
            {
                _at = _end;
                continue;
            }
            if (data + 4 > _end)
            {
                Break();
                continue;
            }
            uint extra = Word(data);
            switch (kind)
            {
                case 0:
                    if (extra < 4 || extra - 4 > (uint)(_end - data - 4))
                    {
                        Break();
                        break;
                    }
                    Take(delta, data + 4, (int)extra - 4, data + 4 + (((int)extra - 4 + 3) & ~3));
                    return true;
                case 29:
                    if (extra > (uint)(_end - data))
                    {
                        Break();
                        break;
                    }
                    Stamp += delta;
                    _at = data + Math.Max(4, (int)extra);
                    break;
                case 30:
                    Stamp += ((ulong)extra << 27) + delta;
                    _at = data + 4;
                    break;
                default:
                    Stamp = ((((ulong)extra << 27) + delta) & ((1UL << AbsoluteBits) - 1)) | (_pageStamp >> AbsoluteBits << AbsoluteBits);
                    _at = data + 4;
                    break;
            }
        }
    }

    private void Take(uint delta, int at, int length, int next)
    {
        Stamp += delta;
        _recordAt = at;
        _recordLength = length;
        _at = next;
    }

    // A record that cannot be: nothing behind it in this page can be trusted, but the next page begins anew.
    private void Break()
    {
        if (_pageCut)
        {
            _cut = true;
        }
        else
        {
            Damaged = true;
        }
        _at = _end;
    }

    private bool NextPage()
    {
        if (!_pages.TryNext(out int start, out int length))
        {
            return false;
        }
        _buffer = _pages.Buffer;
        _pageStart = start;
        _pageCut = false;
        _at = _end = start;
        if (length < _layout.HeaderSize)
        {
            _cut = true;
            return true;
        }
        _pageStamp = _layout.BigEndian ? BinaryPrimitives.ReadUInt64BigEndian(_buffer.AsSpan(start)) : BinaryPrimitives.ReadUInt64LittleEndian(_buffer.AsSpan(start));
        Stamp = _pageStamp;
        // The flags are in the low 32 bits, whatever the size of the word.
        uint commit = Word(_layout.BigEndian ? start + _layout.HeaderSize - 4 : start + 8);
        int data = start + _layout.HeaderSize;
        int room = length - _layout.HeaderSize;
        int size = (int)Math.Min(commit & SizeMask, int.MaxValue);
        if ((commit & MissedFlag) != 0)
        {
            // A page may hold nothing but the mark, so that several stand before one record.
            long count = (commit & StoredFlag) != 0 && size + _layout.CommitSize <= room ? LostCount(data + size) : -1;
            MissedCount = count < 0 ? MissedCount : (long)Math.Min((ulong)Math.Max(MissedCount, 0) + (ulong)count, long.MaxValue);
            MissedUncounted |= count < 0;
        }
        if (size > room)
        {
            _pageCut = _pages.IsCut;
            Damaged |= !_pageCut;
            _cut |= _pageCut;
            size = room;
        }
        _at = data;
        _end = data + size;
        return true;
    }

    private long LostCount(int at)
    {
        ReadOnlySpan<byte> word = _buffer.AsSpan(at, _layout.CommitSize);
        ulong count = _layout.CommitSize == 4
            ? Word(at)
            : _layout.BigEndian ? BinaryPrimitives.ReadUInt64BigEndian(word) : BinaryPrimitives.ReadUInt64LittleEndian(word);
        return count <= long.MaxValue ? (long)count : -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Word(int at)
    {
        ReadOnlySpan<byte> bytes = _buffer.AsSpan(at, 4);
        return _layout.BigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }
}
