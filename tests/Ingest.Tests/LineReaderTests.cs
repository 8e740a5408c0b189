using System.IO.Pipelines;
using System.Text;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tests;

/// <summary>Lines come out whole however the bytes are cut into buffers.</summary>
public sealed class LineReaderTests
{
    [Fact]
    public void Take_TextCutAtEveryTwoOffsets_GivesTheSameLines()
    {
        byte[] text = Encoding.UTF8.GetBytes("one\n\ntwo two two\nthree three three three\nlast without end");
        string[] expected = ["one", "", "two two two", "three three three three", "LAST:last without end"];
        for (int a = 0; a <= text.Length; a++)
        {
            for (int b = a; b <= text.Length; b++)
            {
                Collector collector = new();
                LineReader reader = new(PipeReader.Create(Stream.Null));
                reader.Take(text.AsSpan(0, a), collector);
                reader.Take(text.AsSpan(a, b - a), collector);
                reader.Take(text.AsSpan(b), collector);
                reader.Finish(collector);
                Assert.Equal(expected, collector.Lines);
                Assert.Equal([0, 4, 5, 17, 41], collector.Offsets);
            }
        }
    }

    [Fact]
    public void Take_LineBeyondTheLimit_IsReportedOnceAndReadingGoesOn()
    {
        byte[] text = [.. Enumerable.Repeat((byte)'x', 200_000), (byte)'\n', (byte)'y', (byte)'\n'];
        Collector collector = new();
        LineReader reader = new(PipeReader.Create(Stream.Null));
        for (int at = 0; at < text.Length; at += 1000)
        {
            reader.Take(text.AsSpan(at, Math.Min(1000, text.Length - at)), collector);
        }
        reader.Finish(collector);
        Assert.Equal(["LONG", "y"], collector.Lines);
    }

    private sealed class Collector : ILineConsumer
    {
        public List<string> Lines { get; } = [];

        public List<long> Offsets { get; } = [];

        void ILineConsumer.Lines(ReadOnlySpan<byte> block, long offset)
        {
            int at = 0;
            while (at < block.Length)
            {
                int end = block[at..].IndexOf((byte)'\n');
                Lines.Add(Encoding.UTF8.GetString(block.Slice(at, end)));
                Offsets.Add(offset + at);
                at += end + 1;
            }
        }

        void ILineConsumer.LastLine(ReadOnlySpan<byte> line, long offset)
        {
            Lines.Add("LAST:" + Encoding.UTF8.GetString(line));
            Offsets.Add(offset);
        }

        void ILineConsumer.LongLine(ReadOnlySpan<byte> start, long offset) => Lines.Add("LONG");
    }
}
