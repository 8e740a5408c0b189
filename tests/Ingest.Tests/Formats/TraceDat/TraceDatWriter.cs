using System.Text;

namespace SecondLook.Ingest.Tests.Formats.TraceDat;

/// <summary>Writes small trace.dat files of version 6, little endian, for tests.</summary>
internal static class TraceDatWriter
{
    /// <summary>Id of kvm_age_hva in these files.</summary>
    public const ushort AgeId = 1398;

    private const string Common =
        "format:\n\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n" +
        "\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n";

    /// <summary>Text of the format of kvm_age_hva.</summary>
    public static string AgeFormat => $"name: kvm_age_hva\nID: {AgeId}\n{Common}\tfield:unsigned long start;\toffset:8;\tsize:8;\tsigned:0;\n" +
        "\tfield:unsigned long end;\toffset:16;\tsize:8;\tsigned:0;\n\nprint fmt: \"mmu notifier age hva: %#016lx -- %#016lx\", REC->start, REC->end\n";

    /// <summary>A record of kvm_age_hva.</summary>
    public static byte[] Age(int pid, ulong start)
    {
        using MemoryStream bytes = new();
        using BinaryWriter writer = new(bytes);
        writer.Write(AgeId);
        writer.Write((ushort)0);
        writer.Write(pid);
        writer.Write(start);
        writer.Write(start + 4096);
        return bytes.ToArray();
    }

    /// <summary>A file.</summary>
    /// <param name="cpus">Pages by CPU.</param>
    /// <param name="options">Options: id and data.</param>
    /// <param name="pageSize">Bytes of a page.</param>
    public static byte[] File(byte[][][] cpus, (ushort Id, byte[] Data)[]? options = null, int pageSize = 4096)
    {
        using MemoryStream bytes = new();
        using BinaryWriter writer = new(bytes);
        writer.Write([0x17, 0x08, 0x44]);
        writer.Write("tracing6\0"u8);
        writer.Write((byte)0);
        writer.Write((byte)8);
        writer.Write(pageSize);
        Long(writer, "header_page", "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n");
        Long(writer, "header_event", "# compressed entry header\n");
        writer.Write(0);
        writer.Write(1);
        writer.Write("kvm\0"u8);
        writer.Write(1);
        writer.Write((long)AgeFormat.Length);
        writer.Write(Encoding.ASCII.GetBytes(AgeFormat));
        writer.Write(0);
        writer.Write(0);
        byte[] comms = "74 kswapd0\n5000 qemu-system-x86\n"u8.ToArray();
        writer.Write((long)comms.Length);
        writer.Write(comms);
        writer.Write(cpus.Length);
        writer.Write("options  \0"u8);
        foreach ((ushort id, byte[] data) in options ?? [])
        {
            writer.Write(id);
            writer.Write(data.Length);
            writer.Write(data);
        }
        writer.Write((ushort)0);
        writer.Write("flyrecord\0"u8);
        long offset = (bytes.Position + (cpus.Length * 16) + pageSize - 1) / pageSize * pageSize;
        foreach (byte[][] pages in cpus)
        {
            writer.Write(offset);
            writer.Write((long)pages.Length * pageSize);
            offset += (long)pages.Length * pageSize;
        }
        writer.Write(new byte[(pageSize - (bytes.Position % pageSize)) % pageSize]);
        foreach (byte[] page in cpus.SelectMany(c => c))
        {
            writer.Write(page);
        }
        return bytes.ToArray();
    }

    private static void Long(BinaryWriter writer, string name, string text)
    {
        writer.Write(Encoding.ASCII.GetBytes(name + "\0"));
        writer.Write((long)text.Length);
        writer.Write(Encoding.ASCII.GetBytes(text));
    }
}
