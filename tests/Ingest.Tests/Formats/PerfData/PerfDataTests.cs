using System.Buffers.Binary;
using System.Text.Json;
using SecondLook.Ingest.Tests.Formats.TraceDat;

namespace SecondLook.Ingest.Tests.Formats.PerfData;

/// <summary>The genuine perf.data as a pipe, cut and damaged: the events stay those of the file.</summary>
public sealed class PerfDataTests
{
    private const string Capture = "v1-tdp-mglru-k61-small";
    private const int PipeHeader = 16;

    [Fact]
    public void Dump_SameRecordsAsAPipe_GivesTheSameEvents()
    {
        if (Load() is not { } file)
        {
            return;
        }
        JsonElement wanted = Dumped.Of(file);
        JsonElement found = Dumped.Of(AsPipe(file, out _));
        Assert.Equal(wanted.GetProperty("events").GetRawText(), found.GetProperty("events").GetRawText());
        Assert.Equal(wanted.GetProperty("clock").GetRawText(), found.GetProperty("clock").GetRawText());
    }

    [Fact]
    public void Dump_OneRecordWithABrokenSize_LosesThatRecordOnly()
    {
        if (Load() is not { } file)
        {
            return;
        }
        byte[] pipe = AsPipe(file, out int records);
        int at = RecordAt(pipe, records, pipe.Length * 2 / 3);
        BinaryPrimitives.WriteUInt16LittleEndian(pipe.AsSpan(at + 6), 3);
        JsonElement found = Dumped.Of(pipe);
        Assert.InRange(Events(Dumped.Of(file)) - Events(found), 0, 1);
        Assert.Equal("damaged_page", Assert.Single(found.GetProperty("gaps").EnumerateArray()).GetProperty("cause").GetString());
    }

    [Fact]
    public void Dump_CutInARecord_KeepsWhatIsWholeAndSaysSo()
    {
        if (Load() is not { } file)
        {
            return;
        }
        byte[] pipe = AsPipe(file, out int records);
        int at = RecordAt(pipe, records, pipe.Length / 2);
        JsonElement found = Dumped.Of(pipe[..(at + 20)]);
        Assert.InRange(Events(found), 1, Events(Dumped.Of(file)) - 1);
        Assert.Equal("truncated_file", Assert.Single(found.GetProperty("gaps").EnumerateArray()).GetProperty("cause").GetString());
    }

    private static long Events(JsonElement dump) => dump.GetProperty("counters").GetProperty("events").GetInt64();

    private static byte[]? Load() =>
        Captures.Folder(Capture) is { } folder ? IngestStage.Unpack(Path.Combine(folder, "perf.data.gz")) : null;

    private static int RecordAt(byte[] pipe, int from, int behind)
    {
        while (from < behind)
        {
            from += BinaryPrimitives.ReadUInt16LittleEndian(pipe.AsSpan(from + 6));
        }
        return from;
    }

    // What perf record -o - would have written: metadata as records before the data.
    private static byte[] AsPipe(byte[] file, out int records)
    {
        using MemoryStream bytes = new();
        using BinaryWriter writer = new(bytes);
        writer.Write("PERFILE2"u8);
        writer.Write((long)PipeHeader);
        int entry = (int)At(16);
        int attributes = (int)At(24);
        for (int at = attributes; at < attributes + (int)At(32); at += entry)
        {
            int size = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + 4));
            Record(writer, 64, [.. file.AsSpan(at, size), .. file.AsSpan((int)At(at + entry - 16), (int)At(at + entry - 8))]);
        }
        int data = (int)At(40);
        int dataSize = (int)At(48);
        // Feature 1 is the first of the table behind the data.
        byte[] formats = [.. file.AsSpan((int)At(data + dataSize), (int)At(data + dataSize + 8))];
        int padding = -formats.Length & 7;
        Record(writer, 66, BitConverter.GetBytes(formats.Length + padding));
        writer.Write(formats);
        writer.Write(new byte[padding]);
        records = (int)bytes.Position;
        writer.Write(file.AsSpan(data, dataSize));
        return bytes.ToArray();

        long At(int offset) => BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(offset));
    }

    private static void Record(BinaryWriter writer, int kind, byte[] body)
    {
        writer.Write(kind);
        writer.Write((ushort)0);
        writer.Write((ushort)(8 + body.Length));
        writer.Write(body);
    }
}
