using System.Buffers.Binary;

namespace SecondLook.Ingest.Tests.Formats.TraceDat;

/// <summary>Writes one ring-buffer page record by record, for tests.</summary>
internal sealed class RingPage(ulong stamp, int pageSize = 4096)
{
    private readonly List<byte> _data = [];
    private uint _flags;
    private long _lost = -1;

    /// <summary>Adds a record whose length is in its header.</summary>
    public RingPage Record(uint delta, byte[] payload)
    {
        Word((uint)(payload.Length / 4) | (delta << 5));
        _data.AddRange(payload);
        return this;
    }

    /// <summary>Adds a record whose length is a word of its own.</summary>
    public RingPage LongRecord(uint delta, byte[] payload)
    {
        Word(delta << 5);
        Word((uint)payload.Length + 4);
        _data.AddRange(payload);
        while (_data.Count % 4 != 0)
        {
            _data.Add(0);
        }
        return this;
    }

    /// <summary>Adds a time extend.</summary>
    public RingPage Extend(ulong delta)
    {
        Word(30 | ((uint)(delta & ((1 << 27) - 1)) << 5));
        Word((uint)(delta >> 27));
        return this;
    }

    /// <summary>Adds an absolute stamp.</summary>
    public RingPage Absolute(ulong time)
    {
        Word(31 | ((uint)(time & ((1 << 27) - 1)) << 5));
        Word((uint)(time >> 27));
        return this;
    }

    /// <summary>Adds a discarded record.</summary>
    public RingPage Padding(uint delta, int bytes)
    {
        Word(29 | (delta << 5));
        Word((uint)bytes);
        for (int i = 4; i < bytes; i++)
        {
            _data.Add(0xee);
        }
        return this;
    }

    /// <summary>Marks events as lost before the page.</summary>
    public RingPage Lost(long count)
    {
        _flags = count < 0 ? 1u << 31 : 3u << 30;
        _lost = count;
        return this;
    }

    /// <summary>The page.</summary>
    public byte[] Bytes()
    {
        byte[] page = new byte[pageSize];
        BinaryPrimitives.WriteUInt64LittleEndian(page, stamp);
        BinaryPrimitives.WriteUInt64LittleEndian(page.AsSpan(8), (uint)_data.Count | _flags);
        _data.CopyTo(page, 16);
        if (_lost >= 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(page.AsSpan(16 + _data.Count), _lost);
        }
        return page;
    }

    private void Word(uint word)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, word);
        _data.AddRange(bytes);
    }
}
