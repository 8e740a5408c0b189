using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using SecondLook.Contracts.Runs;

namespace SecondLook.Pipeline.Tests;

/// <summary>The verb <c>misses</c> as a user meets it: every form of a list gives the same counts, and bad lists say where they are bad.</summary>
public sealed class MissesTests : IDisposable
{
    private static readonly string[] Asked = ["--policy", "lru,opt,random,wtinylfu", "--pages", "7,10%"];
    private readonly TemporaryFolder _folder = new();
    private readonly uint[] _pages = MakePages();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EveryFormOfOneList_GivesTheSameRows()
    {
        byte[] packed = new byte[4 * _pages.Length];
        byte[] oracle = new byte[24 * _pages.Length];
        StringBuilder one = new();
        StringBuilder timed = new("ts_ns;vcpu;gfn\n");
        StringBuilder addresses = new("# made by a test\r\naddress\r\n");
        for (int i = 0; i < _pages.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(packed.AsSpan(4 * i), _pages[i]);
            Span<byte> record = oracle.AsSpan(24 * i, 24);
            BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)i / 10);
            BinaryPrimitives.WriteUInt64LittleEndian(record[4..], _pages[i]);
            BinaryPrimitives.WriteUInt32LittleEndian(record[12..], 1);
            int next = Array.IndexOf(_pages, _pages[i], i + 1);
            BinaryPrimitives.WriteInt64LittleEndian(record[16..], next);
            one.Append(_pages[i]).Append('\n');
            // Swapped neighbours stand in the wrong order in the file; their times put them right.
            int at = Math.Min(i ^ 1, _pages.Length - 1);
            timed.Append(at).Append(";0;0x").Append(_pages[at].ToString("x", null)).Append('\n');
            addresses.Append("0x").Append(((ulong)_pages[i] << 12 | 0x123).ToString("x", null)).Append("\r\n");
        }
        File.WriteAllBytes(_folder.File("list.u32le"), packed);
        WriteGzip("list.u32le.gz", packed);
        WriteGzip("renamed", Encoding.ASCII.GetBytes(one.ToString()));
        File.WriteAllBytes(_folder.File("list.oracleGeneral.bin"), oracle);
        File.WriteAllText(_folder.File("list.csv"), one.ToString());
        File.WriteAllText(_folder.File("timed.csv"), timed.ToString());
        File.WriteAllText(_folder.File("addresses.csv"), addresses.ToString());
        string[] wanted = Rows("list.u32le");
        Assert.Equal(8, wanted.Length);
        Assert.All(wanted, r => Assert.Contains(",4000,", r, StringComparison.Ordinal));
        foreach (string form in (string[])["list.u32le.gz", "renamed", "list.oracleGeneral.bin", "list.csv", "timed.csv", "addresses.csv"])
        {
            Assert.Equal(wanted, Rows(form));
        }
    }

    [Fact]
    public void AnyNumberOfThreads_GivesTheSameBytes()
    {
        File.WriteAllText(_folder.File("list.csv"), string.Join('\n', _pages));
        string one = Misses(["list.csv", .. Asked, "--jobs", "1"]).Output;
        Assert.Equal(one, Misses(["list.csv", .. Asked, "--jobs", "4"]).Output);
        Assert.NotEqual(one, Misses(["list.csv", .. Asked, "--seed", "2"]).Output);
    }

    [Fact]
    public void CaptureFolderAndItsDataset_GiveTheSameCounts()
    {
        string capture = RepositoryFiles.Sample("tdp-mglru-k612");
        Assert.Equal(0, SecondLookProcess.Run(_folder.Path, "ingest", capture, "-o", "dataset").ExitCode);
        Assert.Equal(Rows(capture), Rows("dataset"));
        Assert.Equal(Rows(capture), Rows(Directory.GetFiles(capture, "truth.csv*").Single()));
        Assert.Equal(Rows(capture), Rows(_folder.File("dataset/truth.parquet")));
    }

    [Fact]
    public void Options_MayStandBeforeTheListsAndBeRepeated()
    {
        File.WriteAllText(_folder.File("list.csv"), string.Join('\n', _pages));
        string wanted = Misses(["list.csv", "--policy", "lru,fifo", "--pages", "7,9"]).Output;
        Assert.Equal(wanted, Misses(["--policy", "lru", "--policy", "fifo", "--pages", "7", "--pages", "9", "list.csv"]).Output);
        Assert.Equal(wanted.Split('\n').Length + 4, Misses(["--policy", "lru,fifo", "--pages", "7,9", "list.csv", "list.csv"]).Output.Split('\n').Length);
    }

    [Fact]
    public void Json_HoldsTheRows()
    {
        File.WriteAllText(_folder.File("list.csv"), string.Join('\n', _pages));
        string[] rows = Misses(["list.csv", .. Asked]).Output.TrimEnd('\n').Split('\n');
        using JsonDocument json = JsonDocument.Parse(Misses(["list.csv", .. Asked, "--json"]).Output);
        JsonElement[] cells = [.. json.RootElement.GetProperty("cells").EnumerateArray()];
        Assert.Equal("trace,policy,pages,requests,misses", rows[0]);
        Assert.Equal(rows[1..], cells.Select(c => $"{c.GetProperty("trace")},{c.GetProperty("policy")},{c.GetProperty("pages")},{c.GetProperty("requests")},{c.GetProperty("misses")}"));
    }

    [Fact]
    public void Variant_HasItsOwnNamesAndCornerCases()
    {
        File.WriteAllText(_folder.File("list.csv"), string.Join('\n', _pages));
        Assert.Contains("list,s3fifo,19,4000,4000", Misses(["list.csv", "--policy", "s3fifo", "--pages", "19", "--variant", "libcachesim"]).Output, StringComparison.Ordinal);
        Assert.DoesNotContain(",4000,4000", Misses(["list.csv", "--policy", "s3fifo", "--pages", "19"]).Output, StringComparison.Ordinal);
        SecondLookProcess wrong = Misses(["list.csv", "--policy", "opt", "--pages", "19", "--variant", "libcachesim"]);
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("belady", wrong.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void AllPages_AreTheCurveOfLru()
    {
        File.WriteAllText(_folder.File("list.csv"), string.Join('\n', _pages));
        string[] curve = Misses(["list.csv", "--policy", "lru", "--pages", "all"]).Output.TrimEnd('\n').Split('\n')[1..];
        foreach (string row in (string[])[curve[0], curve[curve.Length / 2], curve[^1]])
        {
            Assert.Equal(row, Misses(["list.csv", "--policy", "lru", "--pages", row.Split(',')[2]]).LastLine);
        }
        // Many sizes at once are counted in one pass, one size by a run.
        Assert.Equal(curve[^1], Misses(["list.csv", "--policy", "lru", "--pages", $"3,9,{curve[^1].Split(',')[2]}"]).LastLine);
    }

    [Fact]
    public void Shards_StateTheirError()
    {
        File.WriteAllText(_folder.File("list.csv"), string.Join('\n', _pages));
        string[] exact = Misses(["list.csv", "--policy", "lru", "--pages", "100"]).LastLine.Split(',');
        SecondLookProcess run = Misses(["list.csv", "--policy", "lru", "--pages", "100", "--shards", "0.2"]);
        Assert.StartsWith("trace,policy,pages,requests,misses,low,high\n", run.Output, StringComparison.Ordinal);
        long[] estimate = [.. run.LastLine.Split(',')[4..].Select(n => long.Parse(n, null))];
        Assert.InRange(long.Parse(exact[4], null), estimate[1], estimate[2]);
        Assert.True(estimate[1] < estimate[0] && estimate[0] < estimate[2]);
        Assert.Equal(2, Misses(["list.csv", "--policy", "fifo", "--pages", "100", "--shards", "0.2"]).ExitCode);
        Assert.Equal(2, Misses(["list.csv", "--policy", "lru", "--pages", "100", "--shards", "2"]).ExitCode);
    }

    [Fact]
    public void Sampled_SeesUsesAtHarvestsOnly()
    {
        File.WriteAllText(_folder.File("list.csv"), string.Join('\n', _pages));
        string fifo = Misses(["list.csv", "--policy", "fifo", "--pages", "100"]).LastLine.Split(',')[4];
        string lru = Misses(["list.csv", "--policy", "lru", "--pages", "100"]).LastLine.Split(',')[4];
        Assert.Equal(fifo, Misses(["list.csv", "--policy", "lru", "--pages", "100", "--sampled", "1000000"]).LastLine.Split(',')[4]);
        Assert.Equal(lru, Misses(["list.csv", "--policy", "lru", "--pages", "100", "--sampled", "1"]).LastLine.Split(',')[4]);
        Assert.Contains("no times", Misses(["list.csv", "--policy", "lru", "--pages", "100", "--sampled", "1s"]).Errors, StringComparison.Ordinal);
        Assert.Equal(2, Misses(["list.csv", "--policy", "opt", "--pages", "100", "--sampled", "5"]).ExitCode);
        string capture = RepositoryFiles.Sample("tdp-mglru-k612");
        Assert.Equal(0, Misses([capture, "--policy", "lru", "--pages", "50%", "--sampled", "harvests"]).ExitCode);
        Assert.Equal(0, Misses([capture, "--policy", "lru", "--pages", "50%", "--sampled", "10ms"]).ExitCode);
    }

    [Fact]
    public void WrongUsage_NamesEveryMistake()
    {
        SecondLookProcess run = Misses(["missing.csv", "--policy", "lur", "--pages", "0,few"]);
        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Equal(4, run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("did you mean 'lru'?", run.Errors, StringComparison.Ordinal);
        Assert.Contains("no capacity", Misses(["-", "--policy", "opt_time", "--pages", "1"]).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void StandardInput_IsReadAsAFileIs()
    {
        SecondLookProcess run = SecondLookProcess.Run(_folder.Path, "5\n6\n5\n"u8.ToArray(), ["misses", "-", "--policy", "lru", "--pages", "1,2"]);
        Assert.Equal("trace,policy,pages,requests,misses\n-,lru,1,3,3\n-,lru,2,3,2\n", run.Output);
    }

    [Theory]
    [InlineData("cut.u32le", "1234567", "ends 3 bytes into record 2")]
    [InlineData("cut.oracleGeneral", "123", "ends 3 bytes into record 1")]
    [InlineData("empty.csv", "", "holds no access")]
    [InlineData("header.csv", "ts_ns,gfn\n", "holds no access")]
    [InlineData("bad.csv", "1\n2\nthree\n", "line 3: 'three' is no page number")]
    [InlineData("negative.csv", "page\n1\n-2\n", "line 3: '-2' is no page number")]
    [InlineData("short.csv", "ts_ns,gfn\n1,2\n3\n", "line 3: 1 columns, expected 2")]
    [InlineData("times.csv", "time_s,gfn\nnoon,2\n", "line 2: 'noon' is no time in s")]
    [InlineData("nameless.csv", "1,2,3\n", "line 1: 3 columns without a header")]
    [InlineData("other.csv", "size,colour\n1,2\n", "line 1: no column of pages")]
    [InlineData("binary", "\u0001\u0002\u0003", "name it with --format")]
    [InlineData("not.csv.gz", "\u001f\u008b\b\0", "after 0 accesses")]
    public void BadList_IsRefusedWithThePlace(string name, string content, string message)
    {
        File.WriteAllBytes(_folder.File(name), Encoding.Latin1.GetBytes(content));
        SecondLookProcess run = Misses([name, .. Asked]);
        Assert.Equal(3, run.ExitCode);
        Assert.Contains(message, run.Errors, StringComparison.Ordinal);
        Assert.Contains(name.Split('.')[0], run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(_folder.Path, run.Errors, StringComparison.Ordinal);
    }

    private static uint[] MakePages()
    {
        Xoshiro256 random = new(3, "test.misses");
        uint[] pages = new uint[4000];
        for (int i = 0; i < pages.Length; i++)
        {
            double at = random.NextDouble();
            pages[i] = 0x40000 + (uint)(at * at * 500);
        }
        return pages;
    }

    private SecondLookProcess Misses(string[] arguments) => SecondLookProcess.Run(_folder.Path, ["misses", .. arguments]);

    /// <summary>Rows without header and without the name of the list.</summary>
    private string[] Rows(string list)
    {
        SecondLookProcess run = Misses([list, .. Asked]);
        Assert.True(run.ExitCode == 0, run.Errors);
        return [.. run.Output.TrimEnd('\n').Split('\n')[1..].Select(r => r[r.IndexOf(',', StringComparison.Ordinal)..])];
    }

    private void WriteGzip(string name, byte[] content)
    {
        using GZipStream stream = new(File.Create(_folder.File(name)), CompressionLevel.Fastest);
        stream.Write(content);
    }
}
