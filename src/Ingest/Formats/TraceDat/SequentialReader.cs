using SecondLook.Ingest.Inputs;

namespace SecondLook.Ingest.Formats.TraceDat;

/// <summary>The parts of a version 6 file, one after the other.</summary>
internal static class SequentialReader
{
    private const int BufferOption = 3;
    private const int MarkLength = 10;

    /// <summary>Reads them.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="cursor">Behind the page size.</param>
    /// <param name="file">Filled.</param>
    /// <exception cref="InvalidDataException">The table of records is not there.</exception>
    public static void Read(SeekableBytes bytes, ByteCursor cursor, TraceDatFile file)
    {
        ReadTexts(cursor, file);
        uint cpus = cursor.U32();
        List<(string Name, long Offset)> instances = [];
        while (true)
        {
            byte[] mark = cursor.Bytes(MarkLength);
            if (mark.AsSpan().SequenceEqual("options  \0"u8))
            {
                Options(cursor, file, instances);
            }
            else if (mark.AsSpan().SequenceEqual("flyrecord\0"u8))
            {
                file.Buffers.Add(new TraceBuffer("", null, file.PageSize, false, Areas(cursor, cpus)));
                break;
            }
            else
            {
                throw new InvalidDataException("neither options nor records where they should be");
            }
        }
        foreach ((string name, long offset) in instances)
        {
            try
            {
                ByteCursor instance = new(bytes, offset, bytes.Length, file.BigEndian);
                if (instance.TrySkip("flyrecord\0"u8))
                {
                    file.Buffers.Add(new TraceBuffer(name, null, file.PageSize, false, Areas(instance, cpus)));
                }
            }
            catch (InvalidDataException)
            {
                file.IsDamaged = true;
            }
        }
    }

    /// <summary>Reads the metadata up to the names of threads; perf.data holds the same, with an older version without names.</summary>
    public static void ReadTexts(ByteCursor cursor, TraceDatFile file, bool withComms = true)
    {
        TraceDatHeader.HeaderInfo(cursor, file);
        TraceDatHeader.Formats(cursor, file);
        TraceDatHeader.Systems(cursor, file);
        cursor.Skip(cursor.U32());
        cursor.Skip(cursor.U32());
        if (withComms)
        {
            file.Comms = cursor.Bytes(cursor.Size());
        }
    }

    private static void Options(ByteCursor cursor, TraceDatFile file, List<(string Name, long Offset)> instances)
    {
        for (int id = cursor.U16(); id != 0; id = cursor.U16())
        {
            byte[] data = cursor.Bytes(cursor.U32());
            if (id == BufferOption && data.Length > 8)
            {
                ByteCursor option = new(SeekableBytes.Of(data), 0, data.Length, file.BigEndian);
                long offset = option.Size();
                int end = Array.IndexOf(data, (byte)0, 8);
                instances.Add((System.Text.Encoding.UTF8.GetString(data.AsSpan(8, (end < 0 ? data.Length : end) - 8)), offset));
            }
            else
            {
                OptionList.Take(file, id, data);
            }
        }
    }

    private static List<CpuArea> Areas(ByteCursor cursor, uint cpus)
    {
        List<CpuArea> areas = [];
        for (int cpu = 0; cpu < cpus && cpu <= short.MaxValue; cpu++)
        {
            areas.Add(new CpuArea(cpu, cursor.Size(), cursor.Size()));
        }
        return areas;
    }
}
