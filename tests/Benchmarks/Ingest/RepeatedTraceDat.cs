using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using SecondLook.Ingest;
using SecondLook.Ingest.Formats.TraceDat;
using SecondLook.Ingest.Inputs;

namespace SecondLook.Benchmarks.Ingest;

/// <summary>Makes a big trace.dat (version 6, not packed) out of a capture's: its pages again and again, stamps shifted so that time goes on.</summary>
internal static class RepeatedTraceDat
{
    private const int PageSize = 4096;

    /// <summary>Writes the file unless it is there already.</summary>
    /// <param name="capture">trace.dat of version 6 or 7, little endian.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="size">Bytes wanted.</param>
    public static string Make(string capture, string folder, long size)
    {
        string name = Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(capture)))!;
        string target = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{name}-{size / 1_000_000}MB.dat"));
        if (File.Exists(target))
        {
            return target;
        }
        using TraceInput input = InputOpener.Open(capture, new IngestRequest { Inputs = [capture] }, null, out _);
        using SeekableBytes bytes = SeekableBytes.Open(input);
        TraceDatFile file = TraceDatHeader.Read(input.Name, bytes);
        List<List<byte[]>> cpus = [];
        ulong first = ulong.MaxValue;
        ulong last = 0;
        foreach (CpuArea area in file.Buffers[0].Areas)
        {
            PageSource source = new(bytes, area, file.Buffers[0].PageSize, file.Buffers[0].IsPacked ? file.Unpacker : null, file.BigEndian);
            List<byte[]> pages = [];
            while (source.TryNext(out int start, out int length))
            {
                byte[] page = new byte[PageSize];
                source.Buffer.AsSpan(start, length).CopyTo(page);
                ulong stamp = BinaryPrimitives.ReadUInt64LittleEndian(page);
                first = Math.Min(first, stamp);
                last = Math.Max(last, stamp);
                pages.Add(page);
            }
            cpus.Add(pages);
        }
        long onePass = cpus.Sum(c => (long)c.Count) * PageSize;
        Write(target, file, cpus, (int)Math.Max(1, size / onePass), last - first + 1_000_000_000);
        return target;
    }

    private static void Write(string target, TraceDatFile file, List<List<byte[]>> cpus, int rounds, ulong span)
    {
        using FileStream stream = new(target + ".partial", FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        using BinaryWriter writer = new(stream);
        writer.Write([0x17, 0x08, 0x44]);
        writer.Write("tracing6\0"u8);
        writer.Write((byte)0);
        writer.Write((byte)file.LongSize);
        writer.Write(PageSize);
        writer.Write("header_page\0"u8);
        writer.Write((long)file.HeaderPage.Length);
        writer.Write(file.HeaderPage);
        writer.Write("header_event\0"u8);
        writer.Write(0L);
        writer.Write(0);
        writer.Write(1);
        writer.Write("kvm\0"u8);
        writer.Write(file.Formats.Count);
        foreach (byte[] format in file.Formats)
        {
            writer.Write((long)format.Length);
            writer.Write(format);
        }
        writer.Write(0);
        writer.Write(0);
        writer.Write((long)file.Comms.Length);
        writer.Write(file.Comms);
        writer.Write(cpus.Count);
        writer.Write("options  \0"u8);
        byte[] clock = Encoding.ASCII.GetBytes("[local]\0");
        writer.Write((ushort)4);
        writer.Write(clock.Length);
        writer.Write(clock);
        writer.Write((ushort)0);
        writer.Write("flyrecord\0"u8);
        writer.Flush();
        long offset = (stream.Position + (cpus.Count * 16) + PageSize - 1) / PageSize * PageSize;
        foreach (List<byte[]> pages in cpus)
        {
            long length = (long)pages.Count * PageSize * rounds;
            writer.Write(offset);
            writer.Write(length);
            offset += length;
        }
        writer.Write(new byte[(PageSize - (stream.Position % PageSize)) % PageSize]);
        foreach (List<byte[]> pages in cpus)
        {
            for (int round = 0; round < rounds; round++)
            {
                foreach (byte[] page in pages)
                {
                    ulong stamp = BinaryPrimitives.ReadUInt64LittleEndian(page);
                    BinaryPrimitives.WriteUInt64LittleEndian(page, stamp + ((ulong)round * span));
                    writer.Write(page);
                    BinaryPrimitives.WriteUInt64LittleEndian(page, stamp);
                }
            }
        }
        writer.Flush();
        stream.Dispose();
        File.Move(target + ".partial", target);
    }
}
