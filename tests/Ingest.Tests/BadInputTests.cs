using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Runs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Ingest.Tests;

/// <summary>Bad input gets its message and reason, and leaves nothing that looks whole.</summary>
public sealed class BadInputTests
{
    private const string Line = "         kswapd0-74      [003] ...1.  1234.567890: kvm_age_hva: mmu notifier age hva: 0x007f3a40000000 -- 0x007f3a40001000\n";

    [Fact]
    public void Run_EmptyFile_NoEvents() => Refused("no_events", s => s.Write("trace.txt", ""));

    [Fact]
    public void Run_EmptyGzip_NoEvents() => Refused("no_events", s => s.Write("trace.txt.gz", Gzip("")));

    [Fact]
    public void Run_Noise_UnknownFormat() => Refused("unknown_format", s =>
    {
        Xoshiro256 random = new(3, "test.noise");
        byte[] noise = new byte[100_000];
        for (int i = 0; i < noise.Length; i++)
        {
            noise[i] = (byte)random.Next();
        }
        noise[0] = 0x29;
        return s.Write("trace.txt", noise);
    });

    [Fact]
    public void Run_Prose_UnknownFormat() => Refused("unknown_format", s => s.Write("trace.txt", "Dear all,\nthe value of kvm_age_hva matters here.\n"));

    [Theory]
    [InlineData(10)]
    [InlineData(20_000)]
    public void Dump_MemslotTableWithADamagedHeader_LosesItsHeaderOnly(int bytes)
    {
        using Scratch scratch = new();
        string file = scratch.Write("memslots.csv", $"vm,as_id,slot,gfn_b{new string('a', bytes)}\ntgid:5000,0,0,0x0,160,0x7f3a40000000,0x0,,\ntgid:5000,0,3,0x100,524032,0x7f3a40100000,0x1,,\n");
        System.Text.Json.JsonElement dump = Formats.TraceDat.Dumped.Of(file);
        Assert.Equal(2, dump.GetProperty("events").GetArrayLength());
        Assert.Equal(1, dump.GetProperty("quarantine").GetArrayLength());
    }

    [Fact]
    public void Run_MissingFile_Unreadable() => Refused("unreadable", s => s["nothing.txt"]);

    [Fact]
    public void Run_FolderWithoutTrace_NoTrace() => Refused("no_trace", s =>
    {
        Directory.CreateDirectory(s["capture"]);
        s.Write("capture/readme.txt", "nothing");
        return s["capture"];
    });

    [Fact]
    public void Run_RawOption_IsRefused() => Refused("ftrace_raw_output", s => s.Write("trace.txt", "# tracer: nop\n#\n74 3 1234567890123 type: 1398\n"));

    [Fact]
    public void Run_UnknownOption_IsAUsageError()
    {
        using Scratch scratch = new();
        string file = scratch.Write("trace.txt", Line);
        UsageException e = Assert.Throws<UsageException>(() => IngestStage.Run(
            new IngestRequest { Inputs = [file], Options = new Dictionary<string, string> { ["clok"] = "mono", ["mmu"] = "soft" } }, scratch["dataset"], CancellationToken.None));
        Assert.Equal(2, e.Problems.Count);
        Assert.Equal(2, e.ExitCode);
    }

    [Fact]
    public void Run_TruncatedGzip_KeepsWhatWasReadAndSaysSo()
    {
        using Scratch scratch = new();
        StringBuilder text = new();
        for (int i = 0; i < 50_000; i++)
        {
            text.Append(Line.Replace("567890", $"{567890 + i:d6}", StringComparison.Ordinal).Replace("1000\n", $"{i:x4}\n", StringComparison.Ordinal));
        }
        byte[] packed = Gzip(text.ToString());
        string file = scratch.Write("trace.txt.gz", packed[..(packed.Length / 2)]);
        IngestSummary summary = IngestStage.Run(new IngestRequest { Inputs = [file] }, scratch["dataset"], CancellationToken.None);
        Assert.True(summary.Truncated);
        Assert.InRange(summary.Rows, 1000, 49_999);
        Table gaps = Table.Read(scratch[Path.Combine("dataset", "gaps.parquet")], GapsTable.Schema);
        Assert.Equal("truncated_file", gaps[GapsTable.Cause][0]);
    }

    [Fact]
    public void Run_LineBeyond64KiB_IsQuarantinedAndReadingGoesOn()
    {
        using Scratch scratch = new();
        string file = scratch.Write("trace.txt", Line + new string('x', 100_000) + "\n" + Line);
        IngestSummary summary = IngestStage.Run(new IngestRequest { Inputs = [file] }, scratch["dataset"], CancellationToken.None);
        Assert.Equal(2, summary.Rows);
        Assert.Equal(1, summary.Quarantined);
        Table quarantine = Table.Read(scratch[Path.Combine("dataset", "quarantine.parquet")], QuarantineTable.Schema);
        Assert.Equal("line_too_long", quarantine[QuarantineTable.Reason][0]);
        Assert.Equal(2, quarantine[QuarantineTable.Line][0]);
        Assert.Equal(Line.Length, quarantine[QuarantineTable.ByteOffset][0]);
    }

    [Fact]
    public void Run_BombOfOneEndlessLine_IsRefusedSoon()
    {
        using Scratch scratch = new();
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(Encoding.ASCII.GetBytes(Line));
            byte[] block = new byte[1 << 20];
            Array.Fill(block, (byte)'a');
            for (int i = 0; i < 400; i++)
            {
                gzip.Write(block);
            }
        }
        Stopwatch watch = Stopwatch.StartNew();
        InputException e = Assert.Throws<InputException>(() => IngestStage.Run(
            new IngestRequest { Inputs = [scratch.Write("trace.txt.gz", packed.ToArray())] }, scratch["dataset"], CancellationToken.None));
        Assert.Equal("line_too_long", e.Reason);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{watch.Elapsed}");
    }

    [Fact]
    public void Run_Cancelled_LeavesNothing()
    {
        using Scratch scratch = new();
        string file = scratch.Write("trace.txt", string.Concat(Enumerable.Repeat(Line, 50_000)));
        Assert.ThrowsAny<OperationCanceledException>(() => IngestStage.Run(new IngestRequest { Inputs = [file] }, scratch["dataset"], new CancellationToken(true)));
        Assert.Equal([file], Directory.GetFileSystemEntries(scratch.Root));
    }

    [Fact]
    public void DumpJson_Refused_PrintsTheReasonAndThrows()
    {
        using Scratch scratch = new();
        using StringWriter output = new();
        InputException e = Assert.Throws<InputException>(() => IngestStage.DumpJson(
            new IngestRequest { Inputs = [scratch.Write("a.txt", "")] }, output, CancellationToken.None));
        Assert.Equal(3, e.ExitCode);
        Assert.Equal("{\"refused\":{\"reason\":\"no_events\"}}", output.ToString().TrimEnd());
    }

    private static void Refused(string reason, Func<Scratch, string> make)
    {
        using Scratch scratch = new();
        string input = make(scratch);
        InputException e = Assert.Throws<InputException>(() =>
            IngestStage.Run(new IngestRequest { Inputs = [input] }, scratch["dataset"], CancellationToken.None));
        Assert.Equal(reason, e.Reason);
        Assert.Equal(3, e.ExitCode);
        Assert.DoesNotContain(scratch.Root, e.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(scratch["dataset"]));
        Assert.False(Directory.Exists(scratch["dataset.partial"]));
    }

    private static byte[] Gzip(string text)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(Encoding.ASCII.GetBytes(text));
        }
        return packed.ToArray();
    }
}
