using System.Text;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tests;

/// <summary>Lines come out whole however the bytes are cut into reads and blocks.</summary>
public sealed class LineReaderTests
{
    private static readonly string[] Lines = ["one", "", "two two two", "three three three three", "LAST:last without end"];

    [Fact]
    public void Read_SourceCutAtEveryTwoOffsets_GivesTheSameLines()
    {
        byte[] text = Encoding.UTF8.GetBytes("one\n\ntwo two two\nthree three three three\nlast without end");
        for (int a = 0; a <= text.Length; a++)
        {
            for (int b = a; b <= text.Length; b++)
            {
                using CutStream source = new(text, [a, b]);
                (List<string> lines, List<long> offsets) = Collect(source, LineBlock.UsualCapacity);
                Assert.Equal(Lines, lines);
                Assert.Equal([0, 4, 5, 17, 41], offsets);
            }
        }
    }

    [Fact]
    public void Read_BlocksOfEverySize_GiveTheSameLines()
    {
        byte[] text = Encoding.UTF8.GetBytes("one\n\ntwo two two\nthree three three three\nlast without end");
        for (int capacity = 25; capacity < 80; capacity++)
        {
            using MemoryStream source = new(text);
            (List<string> lines, List<long> offsets) = Collect(source, capacity);
            Assert.Equal(Lines, lines);
            Assert.Equal([0, 4, 5, 17, 41], offsets);
        }
    }

    [Fact]
    public void Read_LineBeyondTheLimit_IsReportedOnceAndReadingGoesOn()
    {
        byte[] text = [.. Enumerable.Repeat((byte)'x', 400_000), (byte)'\n', (byte)'y', (byte)'\n'];
        using MemoryStream source = new(text);
        (List<string> lines, _) = Collect(source, LineBlock.UsualCapacity);
        Assert.Equal(["LONG", "y"], lines);
    }

    [Fact]
    public void Read_NulAndNewlineAtEveryPlace_AreFound()
    {
        for (int place = 0; place < 200; place++)
        {
            byte[] text = [.. Enumerable.Repeat((byte)'x', 200), (byte)'\n'];
            text[place] = 0;
            text[(place + 7) % 200] = (byte)'\n';
            using MemoryStream source = new(text);
            LineReader reader = new("test", source);
            LineBlock block = new();
            reader.Read(block);
            Assert.True(block.HasNul);
            Assert.Equal([(place + 7) % 200, 200], block.Ends.ToArray());
        }
    }

    private static (List<string> Lines, List<long> Offsets) Collect(Stream source, int capacity)
    {
        List<string> lines = [];
        List<long> offsets = [];
        LineReader reader = new("test", source);
        LineBlock block = new(capacity);
        do
        {
            reader.Read(block);
            int start = block.Start;
            foreach (int end in block.Ends)
            {
                lines.Add(Encoding.UTF8.GetString(block.Buffer, start, end - start));
                offsets.Add(block.Offset + start);
                start = end + 1;
            }
            if (block.Tail == BlockTail.LongLine)
            {
                lines.Add("LONG");
            }
            else if (block.Tail == BlockTail.LastLine)
            {
                lines.Add("LAST:" + Encoding.UTF8.GetString(block.Buffer, block.TailStart, block.TailLength));
                offsets.Add(block.Offset + block.TailStart);
            }
        }
        while (!block.IsLast);
        return (lines, offsets);
    }

    private sealed class CutStream(byte[] bytes, int[] cuts) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count)
        {
            foreach (int cut in cuts)
            {
                if (Position < cut)
                {
                    count = Math.Min(count, cut - (int)Position);
                    break;
                }
            }
            return base.Read(buffer, offset, count);
        }
    }
}
