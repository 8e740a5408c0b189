using System.Buffers.Binary;
using System.Text;
using SecondLook.Ingest.Formats.TraceDat;
using SecondLook.Ingest.Inputs;
using SecondLook.Ingest.Synth;

namespace SecondLook.Ingest.Tests.Fuzz;

/// <summary>Small parts of genuine captures, whole files of their kind; none where there are no captures.</summary>
internal static class GenuineParts
{
    private const int Lines = 250;
    private const int Pages = 6;
    private const int PerfRecords = 250;

    /// <summary>The first lines of a text, and some from its middle.</summary>
    public static IEnumerable<byte[]> Text(string? corpus, string capture, string name)
    {
        if (Unpacked(corpus, capture, name) is not { } bytes)
        {
            yield break;
        }
        string[] lines = Encoding.UTF8.GetString(bytes).Split('\n');
        yield return Encoding.UTF8.GetBytes(string.Join('\n', lines.Take(Lines)) + "\n");
        yield return Encoding.UTF8.GetBytes(string.Join('\n', lines.Skip(lines.Length / 2).Take(Lines)) + "\n");
    }

    /// <summary>Some pages of each CPU under the capture's own formats.</summary>
    public static IEnumerable<byte[]> TraceDat(string? corpus)
    {
        if (Unpacked(corpus, "v1-tdp-mglru-k72-small", "trace.dat") is not { } bytes)
        {
            yield break;
        }
        SeekableBytes seekable = SeekableBytes.Of(bytes);
        TraceDatFile file = TraceDatHeader.Read("genuine", seekable);
        List<List<byte[]>> cpus = [];
        foreach (CpuArea area in file.Buffers[0].Areas)
        {
            PageSource source = new(seekable, area, RingPages.PageSize, file.Buffers[0].IsPacked ? file.Unpacker : null, false);
            List<byte[]> pages = [];
            for (int i = 0; i < Pages && source.TryNext(out int start, out int length) && length == RingPages.PageSize; i++)
            {
                pages.Add(source.Buffer.AsSpan(start, length).ToArray());
            }
            cpus.Add(pages);
        }
        // Only events of interest, so that the seed is small.
        byte[][] formats = [.. file.Formats.Where(f => f.AsSpan().IndexOf("name: kvm_"u8) >= 0 || f.AsSpan().IndexOf("name: mm_vmscan_"u8) >= 0 || f.AsSpan().IndexOf("name: mm_lru_"u8) >= 0)];
        using MemoryStream made = new();
        new TraceDatWriter { Formats = formats, Comms = file.Comms, Clock = "mono", PageText = file.HeaderPage }
            .WriteHead(made, [.. cpus.Select(c => (long)c.Count * RingPages.PageSize)]);
        foreach (byte[] page in cpus.SelectMany(c => c))
        {
            made.Write(page);
        }
        yield return made.ToArray();
    }

    /// <summary>The first records, with the formats behind them.</summary>
    public static IEnumerable<byte[]> PerfData(string? corpus)
    {
        if (Unpacked(corpus, "v1-tdp-mglru-k61-small", "perf.data") is not { } bytes)
        {
            yield break;
        }
        int data = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(40));
        int table = data + (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(48));
        // The first entry of the feature table is that of the formats: bit 1, as bit 0 is never set.
        int formats = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(table));
        int formatsLength = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(table + 8));
        int end = data;
        for (int i = 0; i < PerfRecords && end < table; i++)
        {
            end += BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(end + 6));
        }
        byte[] made = [.. bytes.AsSpan(0, end), .. new byte[16], .. bytes.AsSpan(formats, formatsLength)];
        BinaryPrimitives.WriteInt64LittleEndian(made.AsSpan(48), end - data);
        made.AsSpan(72, 32).Clear();
        made[72] = 2;
        BinaryPrimitives.WriteInt64LittleEndian(made.AsSpan(end), end + 16);
        BinaryPrimitives.WriteInt64LittleEndian(made.AsSpan(end + 8), formatsLength);
        yield return made;
    }

    private static byte[]? Unpacked(string? corpus, string capture, string name)
    {
        string folder = Path.Combine(Path.GetDirectoryName(corpus ?? ".") ?? ".", "traces", capture);
        string? file = corpus is null || !Directory.Exists(folder)
            ? null
            : Directory.GetFiles(folder, name + "*").Order(StringComparer.Ordinal).FirstOrDefault(f => Path.GetFileName(f) == name || Path.GetExtension(f) is ".gz" or ".zst" or ".xz");
        return file is null ? null : IngestStage.Unpack(file);
    }
}
