using SecondLook.Contracts.Diagnostics;
using SecondLook.Ingest.Inputs;

namespace SecondLook.Ingest.Formats.TraceDat;

/// <summary>Reads everything before the records: the start that both versions share, then the parts of version 6 or 7.</summary>
/// <remarks>Models: trace-cmd.dat.v6(5) and trace-cmd.dat.v7(5), trace-cmd 3.4.</remarks>
internal static class TraceDatHeader
{
    /// <summary>First bytes of every trace.dat.</summary>
    public static ReadOnlySpan<byte> Magic => [0x17, 0x08, 0x44, (byte)'t', (byte)'r', (byte)'a', (byte)'c', (byte)'i', (byte)'n', (byte)'g'];

    private const int MaxPageSize = 8 << 20;
    private const int MinPageSize = 64;

    /// <summary>Reads the header.</summary>
    /// <param name="name">Base name, for messages.</param>
    /// <param name="bytes">The file.</param>
    /// <param name="salvage">Whether records are to be searched for where the options of version 7 are cut off.</param>
    /// <exception cref="InputException">It is no trace.dat that can be read.</exception>
    public static TraceDatFile Read(string name, SeekableBytes bytes, bool salvage = false)
    {
        bool sections = false;
        try
        {
            ByteCursor start = new(bytes, 0, bytes.Length, false);
            start.Skip(Magic.Length);
            string version = start.Text(16);
            sections = version == "7";
            if (version is not ("6" or "7") && TraceDatSalvage.TryRead(name, bytes) is { } odd)
            {
                return odd;
            }
            if (version is not ("6" or "7"))
            {
                throw new InputException("version_unknown", $"{name}: trace.dat version {version} is not known; known: 6, 7.");
            }
            bool bigEndian = start.U8() == 1;
            ByteCursor cursor = new(bytes, start.At, bytes.Length, bigEndian);
            int longSize = cursor.U8();
            uint pageSize = cursor.U32();
            TraceDatFile file = new() { BigEndian = bigEndian, LongSize = longSize, PageSize = CheckedPageSize(pageSize) };
            if (sections)
            {
                SectionReader.Read(name, bytes, cursor, file, salvage);
            }
            else
            {
                SequentialReader.Read(bytes, cursor, file);
            }
            if (file.IsDamaged || file.Formats.Count == 0)
            {
                TraceDatSalvage.AddTexts(name, bytes, file);
            }
            return file;
        }
        catch (InputException e) when (e.Reason == "compression_unknown" && TraceDatSalvage.TryRead(name, bytes) is not null)
        {
            return TraceDatSalvage.TryRead(name, bytes)!;
        }
        catch (InvalidDataException e)
        {
            if (TraceDatSalvage.TryRead(name, bytes) is { } salvaged)
            {
                return salvaged;
            }
            throw new InputException(
                sections ? "options_missing" : "metadata_damaged",
                $"{name}: the part of the trace.dat that says where its records lie is missing or damaged ({e.Message}). Copy the file again, or record again.");
        }
    }

    /// <summary>Checks a page size.</summary>
    /// <exception cref="InvalidDataException">No kernel has such pages.</exception>
    public static int CheckedPageSize(uint size) =>
        size is >= MinPageSize and <= MaxPageSize ? (int)size : throw new InvalidDataException($"a page size of {size} bytes");

    /// <summary>Reads <c>header_page</c> and <c>header_event</c>.</summary>
    public static void HeaderInfo(ByteCursor cursor, TraceDatFile file)
    {
        _ = cursor.Text(64);
        file.HeaderPage = cursor.Bytes(cursor.Size());
        _ = cursor.Text(64);
        cursor.Skip(cursor.Size());
    }

    /// <summary>Reads formats: a count, then each with its length.</summary>
    public static void Formats(ByteCursor cursor, TraceDatFile file)
    {
        uint count = cursor.U32();
        for (uint i = 0; i < count; i++)
        {
            file.Formats.Add(cursor.Bytes(cursor.Size()));
        }
    }

    /// <summary>Reads the formats of all systems.</summary>
    public static void Systems(ByteCursor cursor, TraceDatFile file)
    {
        uint systems = cursor.U32();
        for (uint i = 0; i < systems; i++)
        {
            _ = cursor.Text();
            Formats(cursor, file);
        }
    }
}
