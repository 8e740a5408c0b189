using System.Buffers.Binary;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Ingest.Formats.TraceDat;
using SecondLook.Ingest.Inputs;

namespace SecondLook.Ingest.Synth;

/// <summary>Makes a big trace.dat (version 6, not packed) out of a capture's: its pages again and again, stamps shifted so that time goes on.</summary>
internal static class RepeatedPages
{
    /// <summary>Writes the file.</summary>
    /// <param name="capture">trace.dat of version 6 or 7, little endian, pages of 4 KiB.</param>
    /// <param name="target">Where to.</param>
    /// <param name="size">Bytes wanted; whole rounds, at least one.</param>
    /// <exception cref="InputException">It is no such file.</exception>
    public static void Make(string capture, string target, long size)
    {
        using TraceInput input = InputOpener.Open(capture, new IngestRequest { Inputs = [capture] }, null, out _);
        using SeekableBytes bytes = SeekableBytes.Open(input);
        TraceDatFile file = TraceDatHeader.Read(input.Name, bytes);
        if (file.BigEndian || file.Buffers[0].PageSize != RingPages.PageSize)
        {
            throw new InputException("not_repeatable", $"{input.Name}: only little-endian files with pages of {RingPages.PageSize} bytes can be repeated.");
        }
        List<List<byte[]>> cpus = [];
        ulong first = ulong.MaxValue;
        ulong last = 0;
        foreach (CpuArea area in file.Buffers[0].Areas)
        {
            PageSource source = new(bytes, area, file.Buffers[0].PageSize, file.Buffers[0].IsPacked ? file.Unpacker : null, file.BigEndian);
            List<byte[]> pages = [];
            while (source.TryNext(out int start, out int length))
            {
                byte[] page = new byte[RingPages.PageSize];
                source.Buffer.AsSpan(start, length).CopyTo(page);
                ulong stamp = BinaryPrimitives.ReadUInt64LittleEndian(page);
                first = Math.Min(first, stamp);
                last = Math.Max(last, stamp);
                pages.Add(page);
            }
            cpus.Add(pages);
        }
        long onePass = 0;
        foreach (List<byte[]> pages in cpus)
        {
            onePass += (long)pages.Count * RingPages.PageSize;
        }
        Write(target, file, cpus, Math.Max(1, size / Math.Max(1, onePass)), last - first + 1_000_000_000);
    }

    private static void Write(string target, TraceDatFile file, List<List<byte[]>> cpus, long rounds, ulong span)
    {
        using FileStream stream = new(target, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        List<long> sizes = [];
        foreach (List<byte[]> pages in cpus)
        {
            sizes.Add(pages.Count * RingPages.PageSize * rounds);
        }
        new TraceDatWriter { Formats = file.Formats, Comms = file.Comms, Clock = file.Clock ?? "local", PageText = file.HeaderPage, LongSize = file.LongSize }
            .WriteHead(stream, sizes);
        foreach (List<byte[]> pages in cpus)
        {
            for (long round = 0; round < rounds; round++)
            {
                foreach (byte[] page in pages)
                {
                    ulong stamp = BinaryPrimitives.ReadUInt64LittleEndian(page);
                    BinaryPrimitives.WriteUInt64LittleEndian(page, stamp + ((ulong)round * span));
                    stream.Write(page);
                    BinaryPrimitives.WriteUInt64LittleEndian(page, stamp);
                }
            }
        }
    }
}
