using System.Buffers.Binary;
using System.Collections;
using SecondLook.Ingest.Inputs;

namespace SecondLook.Ingest.Formats.TraceDat;

/// <summary>
/// Puts together what is left of a trace.dat whose tables are damaged: descriptions of events are found by their text, ring-buffer pages by their
/// records, packed parts by the marks of their packing. Which CPU a page is of is then told by its place, or by stamps that begin again.
/// </summary>
internal static class TraceDatSalvage
{
    private const int UsualPage = 4096;
    private const int ByteOrderAt = 12;
    private const int LongestFormat = 1 << 15;
    private const long MostScanned = 1L << 30;
    private const int MostUnpacked = 1 << 28;
    private const int MostBlocks = 1 << 16;

    /// <summary>Reads what can be found.</summary>
    /// <param name="name">Base name, for messages.</param>
    /// <param name="bytes">The file.</param>
    /// <returns>Null when there are no descriptions of events, or no pages.</returns>
    public static TraceDatFile? TryRead(string name, SeekableBytes bytes)
    {
        byte[] head = new byte[32];
        _ = bytes.Read(0, head);
        bool bigEndian = head[ByteOrderAt] == 1;
        uint pageSize = bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(ByteOrderAt + 2)) : BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(ByteOrderAt + 2));
        pageSize = pageSize is >= UsualPage and <= 1 << 20 && (pageSize & (pageSize - 1)) == 0 ? pageSize : UsualPage;
        TraceDatFile file = new() { BigEndian = bigEndian, LongSize = head[ByteOrderAt + 1] == 4 ? 4 : 8, PageSize = (int)pageSize, IsDamaged = true };
        List<byte[]> blocks = AddTexts(name, bytes, file);
        BitArray ids = Ids(file);
        if (file.Formats.Count == 0 || bytes.Length > MostScanned)
        {
            return null;
        }
        PageCheck check = new(PageLayout.Parse(file.HeaderPage, file.LongSize, bigEndian), file.PageSize, ids);
        AddPages(file, bytes, check, null);
        byte[] unpacked = Pages(blocks, check);
        if (unpacked.Length > 0)
        {
            AddPages(file, SeekableBytes.Of(unpacked), check, unpacked);
        }
        return file.Buffers.Count > 0 ? file : null;
    }

    /// <summary>Adds descriptions of events wherever they are in a file, packed or not.</summary>
    /// <param name="name">Base name, for messages.</param>
    /// <param name="bytes">The file.</param>
    /// <param name="file">Takes them.</param>
    /// <returns>All packed parts.</returns>
    public static List<byte[]> AddTexts(string name, SeekableBytes bytes, TraceDatFile file)
    {
        byte[] start = new byte[(int)Math.Min(bytes.Length, MostUnpacked)];
        int length = bytes.Read(0, start);
        Texts(start.AsSpan(0, length), file);
        List<byte[]> blocks = bytes.Length <= MostScanned && start.AsSpan(0, Math.Min(length, 16)).Contains((byte)'7') ? Blocks(name, start.AsSpan(0, length), file.BigEndian) : [];
        foreach (byte[] block in blocks)
        {
            Texts(block, file);
        }
        return blocks;
    }

    /// <summary>Ids of the events that are described.</summary>
    public static BitArray Ids(TraceDatFile file)
    {
        BitArray ids = new(1 << 16);
        foreach (byte[] text in file.Formats)
        {
            if (EventFormat.Parse(text) is { } format)
            {
                ids[format.Id] = true;
            }
        }
        return ids;
    }

    /// <summary>Gives a CPU to each page and joins neighbours.</summary>
    /// <param name="pages">Offsets in the order of the file.</param>
    /// <param name="bytes">The file.</param>
    /// <param name="pageSize">Bytes of a page.</param>
    /// <param name="areas">Where the CPUs' pages should lie; empty when that is not known.</param>
    /// <param name="bigEndian">Byte order.</param>
    public static List<CpuArea> Areas(List<long> pages, SeekableBytes bytes, int pageSize, List<CpuArea> areas, bool bigEndian)
    {
        List<CpuArea> found = [];
        byte[] word = new byte[8];
        ulong last = 0;
        int running = 0;
        foreach (long page in pages)
        {
            _ = bytes.Read(page, word);
            ulong stamp = bigEndian ? BinaryPrimitives.ReadUInt64BigEndian(word) : BinaryPrimitives.ReadUInt64LittleEndian(word);
            running += stamp < last ? 1 : 0;
            last = stamp;
            int cpu = areas.Count == 0 ? running : CpuAt(page + (pageSize / 2), areas);
            if (found.Count > 0 && found[^1].Cpu == cpu && found[^1].Offset + found[^1].Size == page)
            {
                found[^1] = found[^1] with { Size = found[^1].Size + pageSize };
            }
            else
            {
                found.Add(new CpuArea(cpu, page, pageSize));
            }
        }
        return found;
    }

    /// <summary>Pages that lie packed somewhere in a file, one after the other.</summary>
    /// <param name="name">Base name, for messages.</param>
    /// <param name="bytes">The file.</param>
    /// <param name="check">Tells pages.</param>
    /// <param name="bigEndian">Byte order.</param>
    public static byte[] PackedPages(string name, SeekableBytes bytes, PageCheck check, bool bigEndian)
    {
        byte[] all = new byte[(int)Math.Min(bytes.Length, MostUnpacked)];
        int length = bytes.Read(0, all);
        return Pages(Blocks(name, all.AsSpan(0, length), bigEndian), check);
    }

    private static void AddPages(TraceDatFile file, SeekableBytes bytes, PageCheck check, byte[]? memory)
    {
        List<long> pages = new PageSearch(bytes, check).All(0);
        if (pages.Count > 0)
        {
            file.Buffers.Add(new TraceBuffer("", null, file.PageSize, false, Areas(pages, bytes, file.PageSize, [], file.BigEndian)) { Memory = memory });
        }
    }

    private static int CpuAt(long offset, List<CpuArea> areas)
    {
        int cpu = 0;
        long best = long.MaxValue;
        foreach (CpuArea area in areas)
        {
            long away = area.Size == 0 ? long.MaxValue : offset < area.Offset ? area.Offset - offset : Math.Max(0, offset - area.Offset - area.Size);
            if (away < best)
            {
                (cpu, best) = (area.Cpu, away);
            }
        }
        return cpu;
    }

    /// <summary>Adds descriptions of events, and that of the page header, wherever their text is.</summary>
    public static void Texts(ReadOnlySpan<byte> bytes, TraceDatFile file)
    {
        int commit = bytes.IndexOf("field: local_t commit;"u8);
        if (commit >= 0 && file.HeaderPage.Length == 0)
        {
            int line = bytes[commit..].IndexOf((byte)'\n');
            file.HeaderPage = bytes.Slice(commit, line < 0 ? Math.Min(200, bytes.Length - commit) : line).ToArray();
        }
        Dictionary<int, int> known = [];
        foreach (byte[] format in file.Formats)
        {
            if (EventFormat.Parse(format) is { } parsed)
            {
                known[parsed.Id] = parsed.Fields.Count;
            }
        }
        for (int at = 0; bytes[at..].IndexOf("name: "u8) is >= 0 and int found; at += found + 6)
        {
            ReadOnlySpan<byte> text = bytes[(at + found)..];
            int next = text[6..].IndexOf("name: "u8);
            text = text[..Math.Min(next < 0 ? text.Length : next + 6, LongestFormat)];
            // A description that is cut must not take the place of a whole one.
            if (text[..Math.Min(text.Length, 256)].IndexOf("\nID: "u8) > 0 && EventFormat.Parse(text) is { } parsed
                && parsed.Fields.Count > known.GetValueOrDefault(parsed.Id, 0))
            {
                known[parsed.Id] = parsed.Fields.Count;
                file.Formats.Add(text.ToArray());
            }
        }
    }

    // Packed parts have their packed and plain length before them.
    private static List<byte[]> Blocks(string name, ReadOnlySpan<byte> bytes, bool bigEndian)
    {
        List<byte[]> blocks = [];
        long total = 0;
        for (int at = 8; at + 4 < bytes.Length && blocks.Count < MostBlocks; at++)
        {
            bool zstd = bytes[at] == 0x28 && bytes[at + 1] == 0xb5 && bytes[at + 2] == 0x2f && bytes[at + 3] == 0xfd;
            bool zlib = bytes[at] == 0x78 && bytes[at + 1] is 0x01 or 0x5e or 0x9c or 0xda;
            if (!zstd && !zlib)
            {
                continue;
            }
            uint packed = bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes[(at - 8)..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at - 8)..]);
            uint plain = bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes[(at - 4)..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at - 4)..]);
            bool known = packed is > 8 && packed <= bytes.Length - at && plain is > 0 and < 1 << 26;
            if (!known && zlib)
            {
                continue;
            }
            // A damaged length: what follows is unpacked as far as it goes.
            byte[] data = bytes.Slice(at, known ? (int)packed : Math.Min(bytes.Length - at, 1 << 22)).ToArray();
            byte[] block = new Unpacker(name, zstd ? "zstd" : "zlib").Unpack(data, known ? (int)plain : 1 << 22, out int length);
            total += length;
            if (total > MostUnpacked)
            {
                break;
            }
            if (length > 0)
            {
                blocks.Add(block[..length]);
            }
            at += known && length == plain ? (int)packed - 1 : 0;
        }
        return blocks;
    }

    private static byte[] Pages(List<byte[]> blocks, PageCheck check)
    {
        using MemoryStream pages = new();
        foreach (byte[] block in blocks)
        {
            for (int at = 0; at < block.Length; at += check.PageSize)
            {
                ReadOnlySpan<byte> page = block.AsSpan(at, Math.Min(check.PageSize, block.Length - at));
                if (check.Begins(page) || (page.Length == check.PageSize && check.BeginsDamaged(page)))
                {
                    pages.Write(page);
                    pages.Write(new byte[check.PageSize - page.Length]);
                }
            }
        }
        return pages.ToArray();
    }
}
