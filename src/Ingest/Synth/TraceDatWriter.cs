using System.Globalization;
using System.Text;

namespace SecondLook.Ingest.Synth;

/// <summary>Writes a trace.dat of version 6, little endian, not packed.</summary>
/// <remarks>Models: trace-cmd.dat.v6(5), trace-cmd 3.1.</remarks>
internal sealed class TraceDatWriter
{
    private const string HeaderPage =
        "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n" +
        "\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n\tfield: char data;\toffset:16;\tsize:4080;\tsigned:0;\n";

    private const string HeaderEvent =
        "# compressed entry header\n\ttype_len    :    5 bits\n\ttime_delta  :   27 bits\n\tarray       :   32 bits\n\n" +
        "\tpadding     : type == 29\n\ttime_extend : type == 30\n\ttime_stamp : type == 31\n\tdata max type_len  == 28\n";

    /// <summary>Bytes of header_page.</summary>
    public byte[] PageText { get; init; } = Encoding.ASCII.GetBytes(HeaderPage);

    /// <summary>Long size of the program that recorded.</summary>
    public int LongSize { get; init; } = 8;

    /// <summary>Format files of the events.</summary>
    public required IReadOnlyList<byte[]> Formats { get; init; }

    /// <summary>Lines <c>pid name</c>.</summary>
    public required byte[] Comms { get; init; }

    /// <summary>Trace clock.</summary>
    public required string Clock { get; init; }

    /// <summary>Writes everything before the pages.</summary>
    /// <param name="stream">At its start.</param>
    /// <param name="pages">Bytes of pages by CPU; they follow in this order.</param>
    public void WriteHead(Stream stream, IReadOnlyList<long> pages)
    {
        using BinaryWriter writer = new(stream, Encoding.ASCII, leaveOpen: true);
        writer.Write([0x17, 0x08, 0x44]);
        writer.Write("tracing6\0"u8);
        writer.Write((byte)0);
        writer.Write((byte)LongSize);
        writer.Write(RingPages.PageSize);
        Named(writer, "header_page", PageText);
        Named(writer, "header_event", Encoding.ASCII.GetBytes(HeaderEvent));
        writer.Write(0);
        writer.Write(1);
        writer.Write("synth\0"u8);
        writer.Write(Formats.Count);
        foreach (byte[] format in Formats)
        {
            writer.Write((long)format.Length);
            writer.Write(format);
        }
        writer.Write(0);
        writer.Write(0);
        writer.Write((long)Comms.Length);
        writer.Write(Comms);
        writer.Write(pages.Count);
        writer.Write("options  \0"u8);
        byte[] clock = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"[{Clock}]\0"));
        writer.Write((ushort)4);
        writer.Write(clock.Length);
        writer.Write(clock);
        writer.Write((ushort)0);
        writer.Write("flyrecord\0"u8);
        writer.Flush();
        long offset = (stream.Position + (pages.Count * 16) + RingPages.PageSize - 1) / RingPages.PageSize * RingPages.PageSize;
        foreach (long bytes in pages)
        {
            writer.Write(offset);
            writer.Write(bytes);
            offset += bytes;
        }
        writer.Flush();
        writer.Write(new byte[(RingPages.PageSize - (stream.Position % RingPages.PageSize)) % RingPages.PageSize]);
    }

    private static void Named(BinaryWriter writer, string name, byte[] text)
    {
        writer.Write(Encoding.ASCII.GetBytes(name + "\0"));
        writer.Write((long)text.Length);
        writer.Write(text);
    }
}
