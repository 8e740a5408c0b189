using SecondLook.Contracts.Diagnostics;
using SecondLook.Ingest.Inputs;

namespace SecondLook.Ingest.Formats.TraceDat;

/// <summary>The sections of a version 7 file, found through its options.</summary>
internal static class SectionReader
{
    private const int OptionsSection = 0;
    private const int BufferOption = 3;
    private const int HeaderInfo = 16;
    private const int FtraceFormats = 17;
    private const int EventFormats = 18;
    private const int Comms = 21;
    private const int PackedFlag = 1;
    private const int MaxOptionSections = 1024;
    private const int MaxMetadata = 1 << 28;

    /// <summary>Reads them.</summary>
    /// <param name="name">Base name, for messages.</param>
    /// <param name="bytes">The file.</param>
    /// <param name="cursor">Behind the page size.</param>
    /// <param name="file">Filled.</param>
    /// <param name="salvage">Whether records are to be searched for where the options are cut off.</param>
    /// <exception cref="InvalidDataException">There are no options, hence no way to the records.</exception>
    /// <exception cref="InputException">The options are cut off.</exception>
    public static void Read(string name, SeekableBytes bytes, ByteCursor cursor, TraceDatFile file, bool salvage)
    {
        file.Unpacker = Unpacker.Of(name, cursor.Text(64));
        _ = cursor.Text(64);
        long next = cursor.Size();
        if (next == 0)
        {
            throw new InvalidDataException("no options section");
        }
        if (next >= bytes.Length && !salvage)
        {
            throw new InputException(
                "options_missing",
                $"{name}: the file is cut off: its options, which say where the records lie, should begin at byte {next} and the file ends at byte {bytes.Length}. "
                    + "Copy it again, or give --option salvage=true to search what is there for records.");
        }
        HashSet<long> seen = [];
        while (next != 0 && seen.Count < MaxOptionSections && seen.Add(next))
        {
            try
            {
                next = Options(bytes, next, file);
            }
            catch (InvalidDataException) when (file.Buffers.Count > 0)
            {
                // Later options add instances and guests; the buffers known so far can be read without them.
                file.IsDamaged = true;
                break;
            }
        }
        if (file.Buffers.Count == 0)
        {
            throw new InvalidDataException("no buffer option");
        }
    }

    private static long Options(SeekableBytes bytes, long at, TraceDatFile file)
    {
        ByteCursor cursor = Open(bytes, at, file, OptionsSection, out _);
        while (cursor.Left >= 6)
        {
            int id = cursor.U16();
            uint size = cursor.U32();
            if (id == OptionsSection)
            {
                return size == 8 ? cursor.Size() : 0;
            }
            TakeOption(bytes, file, id, cursor.Bytes(size));
        }
        return 0;
    }

    private static void TakeOption(SeekableBytes bytes, TraceDatFile file, int id, byte[] data)
    {
        if (id is not (BufferOption or HeaderInfo or FtraceFormats or EventFormats or Comms))
        {
            OptionList.Take(file, id, data);
            return;
        }
        try
        {
            ByteCursor option = new(SeekableBytes.Of(data), 0, data.Length, file.BigEndian);
            if (id == BufferOption)
            {
                file.Buffers.Add(Buffer(bytes, option, file));
                return;
            }
            ByteCursor section = Open(bytes, option.Size(), file, id, out _);
            switch (id)
            {
                case HeaderInfo:
                    TraceDatHeader.HeaderInfo(section, file);
                    break;
                case FtraceFormats:
                    TraceDatHeader.Formats(section, file);
                    break;
                case EventFormats:
                    TraceDatHeader.Systems(section, file);
                    break;
                default:
                    file.Comms = section.Bytes(section.Size());
                    break;
            }
        }
        catch (InvalidDataException)
        {
            file.IsDamaged = true;
        }
    }

    private static TraceBuffer Buffer(SeekableBytes bytes, ByteCursor option, TraceDatFile file)
    {
        long at = option.Size();
        string name = option.Text();
        string? clock = OptionList.ChosenClock(option.Text());
        int pageSize = TraceDatHeader.CheckedPageSize(option.U32());
        uint cpus = option.U32();
        List<CpuArea> areas = [];
        for (uint i = 0; i < cpus && option.Left >= 20; i++)
        {
            uint cpu = option.U32();
            long offset = option.Size();
            long size = option.Size();
            if (cpu <= short.MaxValue)
            {
                areas.Add(new CpuArea((int)cpu, offset, size));
            }
        }
        bool packed = file.Unpacker is not null;
        if (at < bytes.Length - 16)
        {
            ByteCursor header = new(bytes, at, bytes.Length, file.BigEndian);
            _ = header.U16();
            packed &= (header.U16() & PackedFlag) != 0;
        }
        return new TraceBuffer(name, clock, pageSize, packed, areas);
    }

    private static ByteCursor Open(SeekableBytes bytes, long at, TraceDatFile file, int wanted, out bool packed)
    {
        ByteCursor header = new(bytes, at, bytes.Length, file.BigEndian);
        int id = header.U16();
        packed = (header.U16() & PackedFlag) != 0;
        _ = header.U32();
        long size = header.Size();
        if (id != wanted || size > bytes.Length - header.At)
        {
            throw new InvalidDataException($"section {id} of {size} bytes where section {wanted} should be");
        }
        if (!packed)
        {
            return new ByteCursor(bytes, header.At, header.At + size, file.BigEndian);
        }
        if (file.Unpacker is null)
        {
            throw new InvalidDataException("a packed section in a file that says it has none");
        }
        uint packedSize = header.U32();
        uint plainSize = header.U32();
        if (plainSize > MaxMetadata)
        {
            throw new InvalidDataException("a section with an absurd size");
        }
        byte[] plain = file.Unpacker.Unpack(header.Bytes(packedSize), (int)plainSize, out int length);
        return new ByteCursor(SeekableBytes.Of(plain.AsMemory(0, length)), 0, length, file.BigEndian);
    }
}
