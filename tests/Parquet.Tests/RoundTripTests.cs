namespace SecondLook.Parquet.Tests;

/// <summary>What is written comes back, for every type, encoding, codec and pattern of nulls.</summary>
public sealed class RoundTripTests
{
    /// <summary>All columns of the subset: every type with every logical type and encoding it allows.</summary>
    internal static IEnumerable<ParquetColumn> AllColumns(bool optional)
    {
        foreach (ParquetEncoding encoding in Enum.GetValues<ParquetEncoding>())
        {
            foreach (ParquetType type in Enum.GetValues<ParquetType>())
            {
                foreach (ParquetLogicalType logical in Enum.GetValues<ParquetLogicalType>())
                {
                    var column = new ParquetColumn($"{type}_{logical}_{encoding}", type, optional, logical, encoding);
                    if (IsLegal(column))
                    {
                        yield return column;
                    }
                }
            }
        }
    }

    private static bool IsLegal(ParquetColumn column) =>
        (column.Encoding != ParquetEncoding.DeltaBinaryPacked || column.Type is ParquetType.Int32 or ParquetType.Int64)
        && column.Logical switch
        {
            ParquetLogicalType.None => true,
            ParquetLogicalType.Int64 or ParquetLogicalType.UInt64 or ParquetLogicalType.TimestampNanos => column.Type == ParquetType.Int64,
            ParquetLogicalType.String or ParquetLogicalType.Json => column.Type == ParquetType.ByteArray,
            _ => column.Type == ParquetType.Int32,
        };

    internal static byte[] Write(TestColumn[] columns, ParquetWriterOptions options, int groupRows, bool indexed = false)
    {
        using var stream = new MemoryStream();
        using var writer = new ParquetWriter(stream, [.. columns.Select(c => c.Schema)], options);
        int rows = columns[0].Rows.Length;
        for (int start = 0; start < rows; start += groupRows)
        {
            int count = Math.Min(groupRows, rows - start);
            RowGroupWriter group = writer.BeginRowGroup(count);
            foreach (TestColumn column in columns)
            {
                column.Write(group, start, count, indexed);
            }
            group.End();
        }
        writer.Finish();
        return stream.ToArray();
    }

    private static void AssertReads(byte[] file, TestColumn[] columns)
    {
        using var reader = new ParquetReader(new MemoryStream(file));
        Assert.Equal(columns.Length, reader.Columns.Count);
        Assert.Equal(columns[0].Rows.Length, reader.RowCount);
        for (int i = 0; i < columns.Length; i++)
        {
            Assert.Equal(columns[i].Schema with { Encoding = ParquetEncoding.Plain }, reader.Columns[i]);
            RowsAssert.Same(columns[i].Schema.Name, columns[i].Rows, TestColumn.Read(reader, i));
        }
    }

    public static TheoryData<ParquetCodec, bool, int, int> Cases()
    {
        var cases = new TheoryData<ParquetCodec, bool, int, int>();
        foreach (ParquetCodec codec in Enum.GetValues<ParquetCodec>())
        {
            foreach (int rows in new[] { 1, 63, 64, 65, 1000, 5000 })
            {
                cases.Add(codec, false, 0, rows);
                foreach (int nulls in new[] { 0, 1, 50, 97, 100 })
                {
                    cases.Add(codec, true, nulls, rows);
                }
            }
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void AllColumns_EveryShape_ComeBack(ParquetCodec codec, bool optional, int nullPercent, int rows)
    {
        if (codec == ParquetCodec.Zstd && !ParquetCodecs.ZstdAvailable)
        {
            Assert.Skip("libzstd.so.1 is not installed.");
        }
        foreach (TestColumn.Shape shape in Enum.GetValues<TestColumn.Shape>())
        {
            ulong seed = (ulong)(rows + (nullPercent * 7) + (int)shape);
            TestColumn[] columns = [.. AllColumns(optional).Select((c, i) => TestColumn.Generate(c, shape, rows, nullPercent, seed + (ulong)i))];
            var options = new ParquetWriterOptions { Codec = codec, PageRows = 640 };
            // More rows than a page, and for the larger cases more than a row group.
            AssertReads(Write(columns, options, groupRows: 2100), columns);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void EmptyTable_ComesBack(int groups)
    {
        ParquetColumn[] schema = [.. AllColumns(optional: false), .. AllColumns(optional: true).Select(c => c with { Name = c.Name + "?" })];
        using var stream = new MemoryStream();
        using (var writer = new ParquetWriter(stream, schema, new ParquetWriterOptions()))
        {
            for (int i = 0; i < groups; i++)
            {
                RowGroupWriter group = writer.BeginRowGroup(0);
                foreach (ParquetColumn column in schema)
                {
                    new TestColumn(column, []).Write(group, 0, 0);
                }
                group.End();
            }
            writer.SetMetadata("k", "v");
            writer.Finish();
        }
        using var reader = new ParquetReader(stream);
        Assert.Equal(groups, reader.RowGroupCount);
        Assert.Equal(0, reader.RowCount);
        Assert.Equal("v", reader.Metadata["k"]);
        for (int i = 0; i < schema.Length; i++)
        {
            Assert.Empty(TestColumn.Read(reader, i));
        }
    }

    /// <summary>Chunks long enough for every way out: dictionaries of more than 16 bits, growing tables, giving up early and late.</summary>
    [Theory]
    [InlineData(300, 1)]
    [InlineData(20_000, 1)]
    [InlineData(60_000, 1_000_003)]
    [InlineData(90_000, 1_000_003)]
    [InlineData(int.MaxValue, 1)]
    public void LongChunks_AnyNumberOfDistinctValues_ComeBack(int distinct, long step)
    {
        const int Rows = 300_000;
        var random = new SeededRandom((ulong)distinct);
        long[] longs = [.. Enumerable.Range(0, Rows).Select(_ => random.Below(distinct) * step)];
        int[] ints = [.. longs.Select(v => (int)v)];
        double[] doubles = [.. longs.Select(v => v / 4.0)];
        int[] ids = [.. longs.Select(v => (int)(v / step % 100_000))];
        (byte[] bytes, int[] offsets) = TestColumn.Join([.. Enumerable.Range(0, 100_000).Select(i => System.Text.Encoding.UTF8.GetBytes($"{i}"))]);
        (byte[] joined, int[] places) = TestColumn.Join([.. ids.Select(id => bytes[offsets[id]..offsets[id + 1]])]);
        ParquetColumn Column(string name, ParquetType type) => new(name, type, Encoding: ParquetEncoding.Dictionary);
        using var stream = new MemoryStream();
        using var writer = new ParquetWriter(
            stream,
            [
                Column("a", ParquetType.Int64), Column("b", ParquetType.Int32), Column("c", ParquetType.Double),
                Column("d", ParquetType.ByteArray), Column("e", ParquetType.ByteArray),
            ],
            new ParquetWriterOptions { Codec = ParquetCodec.Brotli });
        RowGroupWriter group = writer.BeginRowGroup(Rows);
        group.WriteInt64(longs, []);
        group.WriteInt32(ints, []);
        group.WriteDouble(doubles, []);
        group.WriteByteArrays(joined, places, []);
        group.WriteIndexedByteArrays(ids, bytes, offsets, []);
        group.End();
        writer.Finish();
        using var reader = new ParquetReader(stream);
        var readLongs = new long[Rows];
        var readInts = new int[Rows];
        var readDoubles = new double[Rows];
        reader.ReadInt64(0, 0, readLongs, []);
        reader.ReadInt32(0, 1, readInts, []);
        reader.ReadDouble(0, 2, readDoubles, []);
        Assert.True(readLongs.AsSpan().SequenceEqual(longs));
        Assert.True(readInts.AsSpan().SequenceEqual(ints));
        Assert.True(readDoubles.AsSpan().SequenceEqual(doubles));
        foreach (int column in new[] { 3, 4 })
        {
            ByteArrayColumn arrays = reader.ReadByteArrays(0, column);
            Assert.True(arrays.Offsets.AsSpan().SequenceEqual(places));
            Assert.True(arrays.Bytes.AsSpan(0, joined.Length).SequenceEqual(joined));
        }
    }

    [Theory]
    [InlineData(ParquetEncoding.Plain)]
    [InlineData(ParquetEncoding.Dictionary)]
    public void IndexedByteArrays_UnusedEntries_ComeBackWithoutThem(ParquetEncoding encoding)
    {
        foreach (TestColumn.Shape shape in Enum.GetValues<TestColumn.Shape>())
        {
            foreach (int nulls in new[] { 0, 40, 100 })
            {
                var schema = new ParquetColumn("t", ParquetType.ByteArray, true, ParquetLogicalType.String, encoding);
                TestColumn column = TestColumn.Generate(schema, shape, 3000, nulls, 5);
                byte[] file = Write([column], new ParquetWriterOptions { PageRows = 256 }, 2000, indexed: true);
                AssertReads(file, [column]);
                Assert.Equal(-1, file.AsSpan().IndexOf("unused"u8));
            }
        }
    }
}
