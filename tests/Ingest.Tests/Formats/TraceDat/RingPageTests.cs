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

    // Where the page stands: before all others of its CPU, between them, behind them, or alone.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Read_PageOfNothingButALostMark_IsGapWithItsCountAndDamagesNothing(int place)
    {
        byte[] first = new RingPage(1000).Record(0, TraceDatWriter.Age(74, 0x1000)).Bytes();
        byte[] second = new RingPage(9000).Lost(5).Record(0, TraceDatWriter.Age(74, 0x2000)).Bytes();
        byte[] mark = new RingPage(8000).Lost(37).Bytes();
        byte[] other = new RingPage(5000).Record(0, TraceDatWriter.Age(5000, 0x3000)).Bytes();
        byte[][] pages = place switch { 0 => [mark, first, second], 1 => [first, mark, second], 2 => [first, second, mark], _ => [mark] };
        JsonElement dump = Dumped.Of(TraceDatWriter.File([pages, [other]]));
        (long, long, string)[] expected = place switch
        {
            0 => [(1, 37, "overrun"), (3, 5, "overrun")],
            1 => [(3, 42, "overrun")],
            2 => [(3, 5, "overrun"), (4, 37, "overrun")],
            _ => [(1, 37, "overrun")],
        };
        Assert.Equal(place == 3 ? [0x3000UL] : [0x1000UL, 0x3000UL, 0x2000UL], Starts(dump));
        Assert.Equal(expected, dump.GetProperty("gaps").EnumerateArray().Select(g =>
            (g.GetProperty("before_record").GetInt64(), g.GetProperty("lost").GetInt64(), g.GetProperty("cause").GetString()!)));
        Assert.All(dump.GetProperty("gaps").EnumerateArray(), g => Assert.Equal(0, g.GetProperty("cpu").GetInt32()));
    }

    [Fact]
    public void Read_LostMarksWithAndWithoutCountBeforeOneRecord_AreBothKept()
    {
        byte[] page = new RingPage(9000).Record(0, TraceDatWriter.Age(74, 0x2000)).Bytes();
        JsonElement dump = Dumped.Of(TraceDatWriter.File([[new RingPage(7000).Lost(37).Bytes(), new RingPage(8000).Lost(-1).Bytes(), page]]));
        Assert.Equal([37, -1], dump.GetProperty("gaps").EnumerateArray().Select(g => g.GetProperty("lost").ValueKind == JsonValueKind.Null ? -1 : g.GetProperty("lost").GetInt64()));
    }

    [Fact]
    public void Read_PageOfFilteredEventsOnly_TellsNothingAgainstItsPlace()
    {
        byte[] page = new RingPage(1000).Record(0, TraceDatWriter.Age(74, 0x1000)).Bytes();
        JsonElement dump = Dumped.Of(TraceDatWriter.File([[new RingPage(500).Padding(3, 28).Padding(3, 28).Bytes(), page]]));
        Assert.Equal([0x1000UL], Starts(dump));
        Assert.Empty(dump.GetProperty("gaps").EnumerateArray());
    }

    [Fact]
    public void Read_PagesMoved_ThePageOfNothingButALostMarkIsFoundToo()
    {
        byte[] first = new RingPage(1000).Record(0, TraceDatWriter.Age(74, 0x1000)).Bytes();
        byte[] last = new RingPage(9000).Record(0, TraceDatWriter.Age(74, 0x2000)).Bytes();
        byte[] file = TraceDatWriter.File([[first, new RingPage(8000).Lost(37).Bytes(), last]]);
        int pages = file.Length - (3 * 4096);
        JsonElement dump = Dumped.Of([.. file[..pages], .. new byte[8], .. file[pages..]]);
        Assert.Equal([0x1000UL, 0x2000UL], Starts(dump));
        Assert.Contains(dump.GetProperty("gaps").EnumerateArray(), g => g.GetProperty("cause").GetString() == "overrun" && g.GetProperty("lost").GetInt64() == 37);
    }

    [Fact]
    public void Read_BytesGoneInAPageOfTheLastCpu_CostThatPageOnly()
    {
        byte[][] pages = new byte[6][];
        for (int p = 0; p < pages.Length; p++)
        {
            RingPage page = new((ulong)(p + 1) * 100_000);
            for (int i = 0; i < 140; i++)
            {
                page.Record(1, TraceDatWriter.Age(74, (ulong)((p * 140) + i + 1) << 12));
            }
            pages[p] = page.Bytes();
        }
        byte[] file = TraceDatWriter.File([[pages[0]], pages[1..]]);
        int at = file.Length - (5 * 4096) + 2000;
        List<ulong> starts = [.. Starts(Dumped.Of([.. file[..at], .. file[(at + 59)..]]))];
        Assert.Equal(Enumerable.Range(1, 140).Concat(Enumerable.Range(281, 560)).Select(n => (ulong)n << 12), starts.Where(s => s >> 12 is <= 140 or > 280));
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
