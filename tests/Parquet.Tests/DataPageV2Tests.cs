using SecondLook.Parquet.Format;
using SecondLook.Parquet.Tests.Reference;

namespace SecondLook.Parquet.Tests;

/// <summary>Data pages V2 in every encoding that occurs in them.</summary>
public sealed class DataPageV2Tests
{
    private static List<(TestColumn Column, PageEncoding Encoding)> Columns(bool optional, int nulls, int rows, TestColumn.Shape shape)
    {
        (ParquetType Type, PageEncoding[] Encodings)[] all =
        [
            (ParquetType.Boolean, [PageEncoding.Plain, PageEncoding.Rle]),
            (ParquetType.Int32, [PageEncoding.Plain, PageEncoding.DeltaBinaryPacked, PageEncoding.ByteStreamSplit]),
            (ParquetType.Int64, [PageEncoding.Plain, PageEncoding.DeltaBinaryPacked, PageEncoding.ByteStreamSplit]),
            (ParquetType.Double, [PageEncoding.Plain, PageEncoding.ByteStreamSplit]),
            (ParquetType.ByteArray, [PageEncoding.Plain, PageEncoding.DeltaLengthByteArray, PageEncoding.DeltaByteArray]),
        ];
        var columns = new List<(TestColumn, PageEncoding)>();
        foreach ((ParquetType type, PageEncoding[] encodings) in all)
        {
            foreach (PageEncoding encoding in encodings)
            {
                var schema = new ParquetColumn($"{type} {encoding}", type, optional);
                columns.Add((TestColumn.Generate(schema, shape, rows, nulls, (ulong)columns.Count), encoding));
            }
        }
        return columns;
    }

    private sealed record Case(byte[] File, List<(TestColumn Column, PageEncoding Encoding)> Columns);

    private static List<Case> Cases(ParquetCodec codec, bool compressed)
    {
        if (codec == ParquetCodec.Zstd && !ParquetCodecs.ZstdAvailable)
        {
            Assert.Skip("libzstd.so.1 is not installed.");
        }
        var cases = new List<Case>();
        foreach ((bool optional, int nulls) in new[] { (false, 0), (true, 0), (true, 30), (true, 100) })
        {
            foreach (TestColumn.Shape shape in new[] { TestColumn.Shape.Random, TestColumn.Shape.Ascending, TestColumn.Shape.Runs })
            {
                List<(TestColumn Column, PageEncoding Encoding)> columns = Columns(optional, nulls, 700, shape);
                cases.Add(new Case(V2File.Write(columns, codec, compressed, pageRows: 250), columns));
            }
        }
        return cases;
    }

    [Theory]
    [InlineData(ParquetCodec.None, false)]
    [InlineData(ParquetCodec.Zstd, true)]
    [InlineData(ParquetCodec.Zstd, false)]
    [InlineData(ParquetCodec.Brotli, true)]
    public void EveryEncoding_ComesBack(ParquetCodec codec, bool compressed)
    {
        foreach (Case one in Cases(codec, compressed))
        {
            using var reader = new ParquetReader(new MemoryStream(one.File));
            for (int i = 0; i < one.Columns.Count; i++)
            {
                RowsAssert.Same(one.Columns[i].Column.Schema.Name, one.Columns[i].Column.Rows, TestColumn.Read(reader, i));
            }
        }
    }

    /// <summary>The writer of these files is a test's own, so DuckDB says whether they are what the format means.</summary>
    [Fact]
    public void EveryEncoding_DuckDbAgrees()
    {
        using var duck = new DuckDb();
        List<Case> cases = [.. Cases(ParquetCodec.None, false), .. Cases(ParquetCodec.Brotli, true)];
        var jobs = new List<DuckDb.Job>();
        foreach (Case one in cases)
        {
            // DuckDB splits the bytes of floating-point columns only; the format has allowed integers since 2.11.
            one.Columns.RemoveAll(c => c.Encoding == PageEncoding.ByteStreamSplit && c.Column.Schema.Type != ParquetType.Double);
            string path = Path.Combine(duck.Folder, $"{jobs.Count}.parquet");
            File.WriteAllBytes(path, one.File);
            string columns = string.Join(", ", one.Columns.Select(c => $"\"{c.Column.Schema.Name}\""));
            jobs.Add(new([], $"SELECT {columns} FROM read_parquet('{path}')"));
        }
        DuckDb.Answer[] answers = duck.Run(jobs);
        for (int i = 0; i < cases.Count; i++)
        {
            for (int c = 0; c < cases[i].Columns.Count; c++)
            {
                TestColumn column = cases[i].Columns[c].Column;
                RowsAssert.Same(column.Schema.Name, [.. column.Rows.Select(v => DuckDb.Text(v, column.Schema))], answers[i].Columns[c]);
            }
        }
    }
}
