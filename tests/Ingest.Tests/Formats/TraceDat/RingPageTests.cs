using System.Text;
using System.Text.Json;
using SecondLook.Contracts.Runs;

namespace SecondLook.Ingest.Tests.Formats.TraceDat;

/// <summary>Ring-buffer pages: every kind of record header, lost events, larger pages, damage.</summary>
public sealed class RingPageTests
{
    [Fact]
    public void Read_EveryKindOfTimeRecord_AddsUpStamps()
    {
        const ulong Top = 3UL << 59;
        byte[] page = new RingPage(Top + 1000)
            .Record(5, TraceDatWriter.Age(74, 0x1000))
            .Extend((7UL << 27) + 11)
            .LongRecord(2, TraceDatWriter.Age(74, 0x2000))
            .Padding(100, 12)
            .Record(1, TraceDatWriter.Age(74, 0x3000))
            .Absolute((1UL << 40) + 77)
            .Record(3, TraceDatWriter.Age(74, 0x4000))
            .Bytes();
        ulong second = Top + 1005 + (7UL << 27) + 13;
        ulong[] expected = [Top + 1005, second, second + 101, Top + (1UL << 40) + 80];
        Assert.Equal(expected, Stamps(Dumped.Of(TraceDatWriter.File([[page]]))));
    }

    [Theory]
    [InlineData(37)]
    [InlineData(-1)]
    public void Read_LostMark_IsGapBeforeTheNextRecordOfThatCpu(long lost)
    {
        byte[] first = new RingPage(1000).Record(0, TraceDatWriter.Age(74, 0x1000)).Bytes();
        byte[] second = new RingPage(9000).Lost(lost).Extend(50).Record(0, TraceDatWriter.Age(74, 0x2000)).Bytes();
        byte[] other = new RingPage(5000).Record(0, TraceDatWriter.Age(5000, 0x3000)).Bytes();
        JsonElement dump = Dumped.Of(TraceDatWriter.File([[first, second], [other]]));
        JsonElement gap = Assert.Single(dump.GetProperty("gaps").EnumerateArray());
        Assert.Equal(3, gap.GetProperty("before_record").GetInt64());
        Assert.Equal(0, gap.GetProperty("cpu").GetInt32());
        Assert.Equal(lost, gap.GetProperty("lost").ValueKind == JsonValueKind.Null ? -1 : gap.GetProperty("lost").GetInt64());
        Assert.Equal("overrun", gap.GetProperty("cause").GetString());
    }

    [Fact]
    public void Read_SubBuffersLargerThanAPage_AreWhole()
    {
        RingPage page = new(0, 1 << 16);
        for (int i = 0; i < 2000; i++)
        {
            page.Record(10, TraceDatWriter.Age(74, (ulong)i << 12));
        }
        JsonElement dump = Dumped.Of(TraceDatWriter.File([[page.Bytes()]], pageSize: 1 << 16));
        Assert.Equal(2000, dump.GetProperty("counters").GetProperty("events").GetInt64());
    }

    [Fact]
    public void Read_BrokenRecord_CostsTheRestOfItsPageOnly()
    {
        byte[] bad = new RingPage(1000).Record(0, TraceDatWriter.Age(74, 0x1000)).Record(0, TraceDatWriter.Age(74, 0x2000)).Bytes();
        // Length word 0 needs a second word of at least 4.
        bad.AsSpan(16 + 28, 8).Clear();
        byte[] good = new RingPage(2000).Record(0, TraceDatWriter.Age(74, 0x3000)).Bytes();
        JsonElement dump = Dumped.Of(TraceDatWriter.File([[bad, good]]));
        Assert.Equal([0x1000UL, 0x3000UL], Starts(dump));
        Assert.Equal("damaged_page", Assert.Single(dump.GetProperty("gaps").EnumerateArray()).GetProperty("cause").GetString());
    }

    [Fact]
    public void Read_CutAnywhereInThePages_KeepsAllWholeRecords()
    {
        RingPage page = new(1000);
        for (int i = 0; i < 100; i++)
        {
            page.Record(1, TraceDatWriter.Age(74, (ulong)i << 12));
        }
        byte[] file = TraceDatWriter.File([[page.Bytes()]]);
        int pageAt = file.Length - 4096;
        for (int kept = 0; kept < 16 + (100 * 28); kept += 13)
        {
            JsonElement dump = Dumped.Of(file[..(pageAt + kept)]);
            Assert.Equal(kept < 16 ? 0 : (kept - 16) / 28, dump.GetProperty("counters").GetProperty("events").GetInt64());
            Assert.Equal("truncated_file", Assert.Single(dump.GetProperty("gaps").EnumerateArray()).GetProperty("cause").GetString());
        }
    }

    [Fact]
    public void Read_ManyCpus_MergesAsASortByStampThenCpu()
    {
        Xoshiro256 random = new(7, "ring-merge");
        List<(ulong Stamp, int Cpu, int Order, ulong Start)> expected = [];
        byte[][][] cpus = new byte[9][][];
        ulong address = 0;
        for (int cpu = 0; cpu < cpus.Length; cpu++)
        {
            ulong stamp = 1000;
            cpus[cpu] = new byte[3][];
            for (int p = 0; p < 3; p++)
            {
                RingPage page = new(stamp);
                for (int i = 0; i < 60; i++)
                {
                    uint delta = (uint)random.NextBelow(3);
                    stamp += delta;
                    address += 4096;
                    page.Record(delta, TraceDatWriter.Age(74, address));
                    expected.Add((stamp, cpu, expected.Count, address));
                }
                cpus[cpu][p] = page.Bytes();
            }
        }
        Assert.Equal(expected.Order().Select(e => e.Start), Starts(Dumped.Of(TraceDatWriter.File(cpus))));
    }

    [Theory]
    [InlineData(7, "250", 250)]
    [InlineData(7, "-0x10", -16)]
    [InlineData(1, "0x2", 2000)]
    public void Read_OffsetOptions_ShiftStampsAndKeepTheRawOne(int option, string text, long shift)
    {
        byte[] page = new RingPage(1_000_000).Record(0, TraceDatWriter.Age(74, 0x1000)).Bytes();
        JsonElement e = Dumped.Of(TraceDatWriter.File([[page]], [((ushort)option, Encoding.ASCII.GetBytes(text + "\0"))])).GetProperty("events")[0];
        Assert.Equal(1_000_000 + shift, e.GetProperty("ts_ns").GetInt64());
        Assert.Equal(1_000_000, e.GetProperty("ts_raw").GetInt64());
    }

    [Theory]
    [InlineData("local [x86-tsc] mono")]
    [InlineData("[tsc2nsec]")]
    public void Read_CyclesWithConversion_AreNanoseconds(string clocks)
    {
        byte[] page = new RingPage(6_000_000_000).Record(0, TraceDatWriter.Age(74, 0x1000)).Bytes();
        byte[] conversion = [.. BitConverter.GetBytes(1u << 20), .. BitConverter.GetBytes(21u), .. BitConverter.GetBytes(0UL)];
        JsonElement dump = Dumped.Of(TraceDatWriter.File([[page]], [(4, Encoding.ASCII.GetBytes(clocks + "\0")), (14, conversion)]));
        Assert.Equal(3_000_000_000, dump.GetProperty("events")[0].GetProperty("ts_ns").GetInt64());
        Assert.Equal("ns", dump.GetProperty("clock").GetProperty("unit").GetString());
    }

    private static IEnumerable<ulong> Stamps(JsonElement dump) => dump.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("ts_ns").GetUInt64());

    private static IEnumerable<ulong> Starts(JsonElement dump) =>
        dump.GetProperty("events").EnumerateArray().Select(e => Convert.ToUInt64(e.GetProperty("start").GetString(), 16));

    [Theory]
    [InlineData(-1L, 4096L)]
    [InlineData(long.MinValue, 4096L)]
    [InlineData(long.MaxValue, 4096L)]
    [InlineData(1L << 40, 4096L)]
    [InlineData(4096L, -1L)]
    [InlineData(4096L, long.MaxValue)]
    public void Dump_PagesOutsideTheFile_IsAGapOrARefusal(long offset, long size)
    {
        RingPage page = new(1000);
        page.Record(10, TraceDatWriter.Age(74, 4096));
        byte[] file = TraceDatWriter.File([[page.Bytes()], [page.Bytes()]]);
        int table = file.AsSpan().IndexOf("flyrecord\0"u8) + 10;
        System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(table), offset);
        System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(table + 8), size);
        using Scratch scratch = new();
        try
        {
            long events = IngestStage.ParseOnly(new IngestRequest { Inputs = [scratch.Write("trace.dat", file)] }, CancellationToken.None);
            Assert.InRange(events, 1, 5);
        }
        catch (Contracts.Diagnostics.InputException e)
        {
            Assert.NotEmpty(e.Reason);
        }
    }
}
