using System.Text;
using SecondLook.Parquet.Chunks;
using SecondLook.Parquet.Codecs;

namespace SecondLook.Parquet.Tests;

/// <summary>Each column gets the form that suits it, and whatever the form is, every reader gets the values.</summary>
public sealed class CodecTrialsTests
{
    private const int Page = 40_000;

    public CodecTrialsTests() => Assert.SkipUnless(ParquetCodecs.ZstdAvailable, "libzstd.so.1 is not installed.");

    private static byte[] Bytes(Func<int, int> value) => [.. Enumerable.Range(0, Page).Select(i => (byte)value(i))];

    private static byte[] Noise(ulong seed)
    {
        var random = new SeededRandom(seed);
        return Bytes(_ => random.Below(256));
    }

    // Bytes of which few occur often, in no order: nothing comes back, but frequencies tell.
    private static byte[] Skewed(ulong seed)
    {
        var random = new SeededRandom(seed);
        return Bytes(_ => random.Below(4) * random.Below(4) * random.Below(4));
    }

    private static byte[] Repeated(ulong seed)
    {
        var random = new SeededRandom(seed);
        byte[] words = Bytes(_ => random.Below(256));
        return Bytes(i => words[i % 977]);
    }

    [Fact]
    public void Choose_EachKindOfPage_SuitableForm()
    {
        using var compressor = new PageCompressor(ParquetCodec.Zstd, 1);
        var trials = new CodecTrials(compressor);
        trials.BeginGroup(4);
        trials.BeginGroup(1_000_000);
        Assert.False(trials.TryRecall(0, out _));
        Assert.Equal(PageForm.Stored, trials.Choose(0, Page, Noise(1)));
        Assert.Equal(PageForm.Entropy, trials.Choose(1, Page, Skewed(2)));
        Assert.Equal(PageForm.Matches, trials.Choose(2, Page, Repeated(3)));
        // Packing tightly beats what the codec makes of nibbles.
        Assert.Equal(PageForm.Stored, trials.Choose(3, Page / 4, Skewed(4)));
    }

    [Fact]
    public void Choose_LossBeyondItsShare_MatchesAreKept()
    {
        // Frequencies make 60 % of it, repetitions a little less: a loss, and no row group yet to hold it against.
        var random = new SeededRandom(5);
        byte[] page = Bytes(_ => random.Below(40));
        page.AsSpan(0, Page / 10).CopyTo(page.AsSpan(Page / 2));
        using var compressor = new PageCompressor(ParquetCodec.Zstd, 1);
        var trials = new CodecTrials(compressor);
        trials.BeginGroup(4);
        Assert.False(trials.TryRecall(1, out _));
        Assert.Equal(PageForm.Matches, trials.Choose(0, Page, page));
        trials.BeginGroup(10_000_000);
        Assert.Equal(PageForm.Entropy, trials.Choose(0, Page, page));
        int loss = trials.Compress(PageForm.Entropy, page).Length - trials.Compress(PageForm.Matches, page).Length;
        Assert.True(loss > 0);
        // A row group in which two such columns fit, but not three.
        trials.BeginGroup(10_000_000 + (loss * 16 * 5 / 2));
        Assert.Equal(PageForm.Entropy, trials.Choose(0, Page, page));
        Assert.Equal(PageForm.Entropy, trials.Choose(1, Page, page));
        Assert.Equal(PageForm.Matches, trials.Choose(2, Page, page));
        // What a column loses counts once, however often it is tried.
        Assert.Equal(PageForm.Entropy, trials.Choose(1, Page, page));
    }

    [Fact]
    public void TryRecall_TrialsThatChangeNothing_GetRare()
    {
        using var compressor = new PageCompressor(ParquetCodec.Zstd, 1);
        var trials = new CodecTrials(compressor);
        byte[] page = Repeated(6);
        var tried = new List<int>();
        for (int group = 0; group < 200; group++)
        {
            trials.BeginGroup(4 + (group * 100_000L));
            if (!trials.TryRecall(0, out PageForm form))
            {
                tried.Add(group);
                form = trials.Choose(0, Page, page);
            }
            Assert.Equal(PageForm.Matches, form);
        }
        Assert.Equal([0, 1, 5, 21, 85, 149], tried);
    }

    private static TestColumn[] Columns(int rows)
    {
        var random = new SeededRandom(7);
        long time = 0;
        object?[] Make(Func<int, long> value, int nulls = 0) => [.. Enumerable.Range(0, rows).Select(i => random.Below(100) < nulls ? null : (object)value(i))];
        ParquetColumn Number(string name, bool optional) =>
            new(name, ParquetType.Int64, optional, ParquetLogicalType.UInt64, ParquetEncoding.DeltaBinaryPacked);
        return
        [
            new(Number("stamps", false), Make(_ => time += 1000 * (1 + (random.Below(5) * random.Below(5))))),
            new(Number("noise", false), Make(_ => (long)random.Next())),
            new(Number("addresses", true), Make(_ => 0x7F00_0000_0000 + ((long)random.Below(1 << 20) << 12), nulls: 40)),
            new(Number("cycle", true), Make(i => i % 97 * (i % 89) << 13, nulls: 5)),
        ];
    }

    private static string Words(string?[] hex) => string.Join(" ", hex.Select(h => Encoding.UTF8.GetString(Convert.FromHexString(h!))));

    [Fact]
    public void ManyRowGroups_EveryForm_ComesBackAndReadsInDuckDb()
    {
        const int Rows = 100_000;
        TestColumn[] columns = Columns(Rows);
        var options = new ParquetWriterOptions { Codec = ParquetCodec.Zstd };
        byte[] file = RoundTripTests.Write(columns, options, groupRows: 10_000);
        Assert.Equal(file, RoundTripTests.Write(columns, options, groupRows: 10_000));
        using (var reader = new ParquetReader(new MemoryStream(file)))
        {
            for (int i = 0; i < columns.Length; i++)
            {
                RowsAssert.Same(columns[i].Schema.Name, columns[i].Rows, TestColumn.Read(reader, i));
            }
        }
        using var duck = new DuckDb();
        string path = Path.Combine(duck.Folder, "forms.parquet");
        File.WriteAllBytes(path, file);
        DuckDb.Answer[] answers = duck.Run(
        [
            new([], $"SELECT * FROM read_parquet('{path}')"),
            new([], $"SELECT path_in_schema AS name, string_agg(DISTINCT compression, ' ') AS codecs FROM parquet_metadata('{path}') GROUP BY 1 ORDER BY 1"),
        ]);
        for (int i = 0; i < columns.Length; i++)
        {
            RowsAssert.Same(columns[i].Schema.Name, [.. columns[i].Rows.Select(v => DuckDb.Text(v, columns[i].Schema))], answers[0].Columns[i]);
        }
        Assert.Equal("addresses cycle noise stamps", Words(answers[1].Columns[0]));
        Assert.Equal("ZSTD ZSTD UNCOMPRESSED ZSTD", Words(answers[1].Columns[1]));
    }
}
