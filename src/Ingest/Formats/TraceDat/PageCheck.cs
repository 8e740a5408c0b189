using System.Buffers.Binary;

namespace SecondLook.Ingest.Formats.TraceDat;

/// <summary>Tells whether bytes are a ring-buffer page: its records fill exactly what its commit word says, and each names an event that is known.</summary>
/// <param name="layout">How pages begin.</param>
/// <param name="pageSize">Bytes of a page.</param>
/// <param name="ids">Ids of the events that are described, a bit each.</param>
internal sealed class PageCheck(PageLayout layout, int pageSize, System.Collections.BitArray ids)
{
    private const uint SizeMask = (1u << 27) - 1;
    private const uint KnownFlags = 3u << 30;
    private const int MostPid = 1 << 22;

    /// <summary>Bytes of a page.</summary>
    public int PageSize => pageSize;

    /// <summary>Whether a page begins with the first byte; one without records counts only if it tells of lost events.</summary>
    /// <param name="page">Bytes; a page may reach behind their end when its records do not.</param>
    public bool Begins(ReadOnlySpan<byte> page) => Walk(page) is int records && (records > 0 || TellsLoss(page));

    /// <summary>Whether bytes known to be a page are a sound one, with records or without: one of which only filtered events are left, or nothing.</summary>
    /// <param name="page">Bytes of the page.</param>
    public bool IsSound(ReadOnlySpan<byte> page) => Walk(page) is not null;

    // The kernel clears what no record fills, behind the number of events that it has lost.
    private bool TellsLoss(ReadOnlySpan<byte> page)
    {
        uint commit = Word(page, layout.BigEndian ? layout.HeaderSize - 4 : 8);
        int end = layout.HeaderSize + (int)(commit & SizeMask);
        return page.Length == pageSize && (commit & KnownFlags) == KnownFlags && end + layout.CommitSize <= pageSize
            && page.Slice(end, layout.CommitSize).ContainsAnyExcept((byte)0) && !page[(end + layout.CommitSize)..].ContainsAnyExcept((byte)0);
    }

    // Number of records of known events when the records fill just what the commit word says; null when they do not.
    private int? Walk(ReadOnlySpan<byte> page)
    {
        if (page.Length < layout.HeaderSize + 12)
        {
            return null;
        }
        uint commit = Word(page, layout.BigEndian ? layout.HeaderSize - 4 : 8);
        int size = (int)(commit & SizeMask);
        if ((commit & ~(SizeMask | KnownFlags)) != 0 || (size & 3) != 0 || size > pageSize - layout.HeaderSize
            || layout.HeaderSize + size > page.Length
            || (layout.CommitSize == 8 && Word(page, layout.BigEndian ? 8 : 12) != 0))
        {
            return null;
        }
        int records = 0;
        int end = layout.HeaderSize + size;
        for (int at = layout.HeaderSize; at < end;)
        {
            int next = Next(page[..end], at, ref records);
            if (next <= at || next > end)
            {
                return null;
            }
            at = next;
        }
        return records;
    }

    /// <summary>Whether a page that is damaged somewhere may begin with the first byte: its commit word is possible and its first record is one.</summary>
    public bool BeginsDamaged(ReadOnlySpan<byte> page)
    {
        uint commit = Word(page, layout.BigEndian ? layout.HeaderSize - 4 : 8);
        int records = 0;
        return (commit & SizeMask) is > 0 and var size && size <= pageSize - layout.HeaderSize && Next(page, layout.HeaderSize, ref records) > 0 && records > 0;
    }

    private int Next(ReadOnlySpan<byte> page, int at, ref int records)
    {
        if (at + 4 > page.Length)
        {
            return -1;
        }
        uint header = Word(page, at);
        uint kind = layout.BigEndian ? header >> 27 : header & 31;
        uint delta = layout.BigEndian ? header & SizeMask : header >> 5;
        if (kind is > 0 and < 29)
        {
            return Record(page, at + 4, (int)kind * 4, ref records);
        }
        if (kind == 29 && delta == 0)
        {
            return page.Length;
        }
        if (at + 8 > page.Length)
        {
            return -1;
        }
        uint extra = Word(page, at + 4);
        return kind switch
        {
            0 => extra is >= 4 and < 1 << 20 ? Record(page, at + 8, ((int)extra - 4 + 3) & ~3, ref records) : -1,
            29 => extra < 1 << 20 ? at + 4 + Math.Max(4, (int)extra) : -1,
            _ => at + 8,
        };
    }

    private int Record(ReadOnlySpan<byte> page, int at, int length, ref int records)
    {
        if (length < 8 || at + length > page.Length)
        {
            return -1;
        }
        int id = layout.BigEndian ? BinaryPrimitives.ReadUInt16BigEndian(page[at..]) : BinaryPrimitives.ReadUInt16LittleEndian(page[at..]);
        int pid = (int)Word(page, at + 4);
        records += ids[id] ? 1 : 0;
        return pid is >= 0 and <= MostPid && id != 0 ? at + length : -1;
    }

    private uint Word(ReadOnlySpan<byte> page, int at) =>
        layout.BigEndian ? BinaryPrimitives.ReadUInt32BigEndian(page[at..]) : BinaryPrimitives.ReadUInt32LittleEndian(page[at..]);
}
