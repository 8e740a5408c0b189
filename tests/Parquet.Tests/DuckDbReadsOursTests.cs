using System.Globalization;

namespace SecondLook.Parquet.Tests;

/// <summary>DuckDB reads what we write: values, types, statistics, metadata.</summary>
public sealed class DuckDbReadsOursTests
{
    private static readonly ParquetCodec[] Codecs = ParquetCodecs.ZstdAvailable
        ? [ParquetCodec.None, ParquetCodec.Zstd, ParquetCodec.Brotli]
        : [ParquetCodec.None, ParquetCodec.Brotli];

    internal static string TypeName(ParquetColumn column) => column.Logical switch
    {
        ParquetLogicalType.Int8 => "TINYINT",
        ParquetLogicalType.Int16 => "SMALLINT",
        ParquetLogicalType.Int32 => "INTEGER",
        ParquetLogicalType.Int64 => "BIGINT",
        ParquetLogicalType.UInt8 => "UTINYINT",
        ParquetLogicalType.UInt16 => "USMALLINT",
        ParquetLogicalType.UInt32 => "UINTEGER",
        ParquetLogicalType.UInt64 => "UBIGINT",
        ParquetLogicalType.String => "VARCHAR",
        ParquetLogicalType.Json => "JSON",
        ParquetLogicalType.TimestampNanos => "TIMESTAMP_NS",
        _ => column.Type switch
        {
            ParquetType.Boolean => "BOOLEAN",
            ParquetType.Int32 => "INTEGER",
            ParquetType.Int64 => "BIGINT",
            ParquetType.Double => "DOUBLE",
            _ => "BLOB",
        },
    };

    private sealed record Case(string File, TestColumn[] Columns);

    private static Case WriteCase(DuckDb duck, ParquetCodec codec, bool optional, TestColumn.Shape shape, int nulls, int rows, bool indexed)
    {
        TestColumn[] columns = [.. RoundTripTests.AllColumns(optional)
            // The greatest 64-bit numbers are no timestamps to DuckDB: it keeps them for infinity.
            .Where(c => c.Logical != ParquetLogicalType.TimestampNanos || shape is not (TestColumn.Shape.Extremes or TestColumn.Shape.Random))
            .Select((c, i) => TestColumn.Generate(c, shape, rows, nulls, (ulong)(i + rows)))];
        string file = Path.Combine(duck.Folder, $"{codec}-{optional}-{shape}-{nulls}-{rows}-{indexed}.parquet");
        File.WriteAllBytes(file, RoundTripTests.Write(columns, new ParquetWriterOptions { Codec = codec, PageRows = 640 }, 1500, indexed));
        return new Case(file, columns);
    }

    [Fact]
    public void EveryTypeEncodingCodec_WithAndWithoutNulls_SameValues()
    {
        using var duck = new DuckDb();
        var cases = new List<Case>();
        foreach (ParquetCodec codec in Codecs)
        {
            foreach (TestColumn.Shape shape in Enum.GetValues<TestColumn.Shape>())
            {
                cases.Add(WriteCase(duck, codec, optional: false, shape, 0, 1700, indexed: false));
                cases.Add(WriteCase(duck, codec, optional: true, shape, 35, 1700, indexed: true));
                cases.Add(WriteCase(duck, codec, optional: true, shape, 99, 1, indexed: false));
            }
            cases.Add(WriteCase(duck, codec, optional: true, TestColumn.Shape.Random, 100, 1700, indexed: false));
            cases.Add(WriteCase(duck, codec, optional: false, TestColumn.Shape.Random, 0, 1, indexed: false));
            cases.Add(WriteCase(duck, codec, optional: true, TestColumn.Shape.Random, 0, 0, indexed: false));
        }
        DuckDb.Answer[] answers = duck.Run([.. cases.Select(c => new DuckDb.Job([], $"SELECT * FROM read_parquet('{c.File}')"))]);
        for (int i = 0; i < cases.Count; i++)
        {
            for (int c = 0; c < cases[i].Columns.Length; c++)
            {
                TestColumn column = cases[i].Columns[c];
                Assert.Equal(column.Schema.Name, answers[i].Names[c]);
                Assert.Equal(TypeName(column.Schema), answers[i].Types[c]);
                RowsAssert.Same(column.Schema.Name, [.. column.Rows.Select(v => DuckDb.Text(v, column.Schema))], answers[i].Columns[c]);
            }
        }
    }

    [Fact]
    public void EmptyRowGroup_IsRead()
    {
        using var duck = new DuckDb();
        string file = Path.Combine(duck.Folder, "empty.parquet");
        using (FileStream stream = File.Create(file))
        using (var writer = new ParquetWriter(stream, [new("a", ParquetType.Int64, true), new("b", ParquetType.ByteArray)], new()))
        {
            foreach (int rows in new[] { 0, 1, 0 })
            {
                RowGroupWriter group = writer.BeginRowGroup(rows);
                group.WriteInt64(new long[rows], []);
                group.WriteByteArrays([], new int[rows + 1], []);
                group.End();
            }
            writer.Finish();
        }
        DuckDb.Answer answer = duck.Run([new([], $"SELECT * FROM read_parquet('{file}')")])[0];
        Assert.Equal("0", Assert.Single(answer.Columns[0]));
    }

    /// <summary>The statistics in the footer are those that DuckDB computes from the values, and filters that use them lose no row.</summary>
    [Fact]
    public void Statistics_EveryType_AgreeWithTheValues()
    {
        using var duck = new DuckDb();
        var cases = new List<Case>();
        foreach (TestColumn.Shape shape in Enum.GetValues<TestColumn.Shape>())
        {
            cases.Add(WriteCase(duck, ParquetCodec.None, optional: true, shape, 20, 1400, indexed: false));
        }
        var jobs = new List<DuckDb.Job>();
        foreach (Case one in cases)
        {
            jobs.Add(new([], "SELECT path_in_schema, coalesce(stats_min_value, '?') AS low, coalesce(stats_max_value, '?') AS high, "
                + $"stats_null_count::VARCHAR AS nulls FROM parquet_metadata('{one.File}')"));
            foreach (TestColumn column in one.Columns)
            {
                string name = $"\"{column.Schema.Name}\"";
                jobs.Add(new([], $"SELECT min({name}) AS low, max({name}) AS high, count(*) FILTER ({name} IS NULL) AS nulls, "
                    + $"(SELECT count(*) FROM '{one.File}' WHERE {name} = (SELECT max({name}) FROM '{one.File}')) AS hits FROM '{one.File}'"));
            }
        }
        DuckDb.Answer[] answers = duck.Run(jobs);
        int at = 0;
        foreach (Case one in cases)
        {
            DuckDb.Answer footer = answers[at++];
            for (int c = 0; c < one.Columns.Length; c++)
            {
                ParquetColumn schema = one.Columns[c].Schema;
                DuckDb.Answer computed = answers[at++];
                string Footer(int column) => System.Text.Encoding.UTF8.GetString(Convert.FromHexString(footer.Columns[column][c]!));
                Assert.Equal(schema.Name, Footer(0));
                Assert.Equal(computed.Columns[2][0], Footer(3));
                Assert.NotEqual("0", computed.Columns[3][0]);
                if (schema.Type is ParquetType.Int32 or ParquetType.Int64 && schema.Logical != ParquetLogicalType.TimestampNanos)
                {
                    Assert.Equal(computed.Columns[0][0], Footer(1));
                    Assert.Equal(computed.Columns[1][0], Footer(2));
                }
                else if (schema.Logical is ParquetLogicalType.String or ParquetLogicalType.Json)
                {
                    Assert.Equal(computed.Columns[0][0], Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(Footer(1))));
                    Assert.Equal(computed.Columns[1][0], Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(Footer(2))));
                }
                else if (schema.Type == ParquetType.Double)
                {
                    Assert.Equal(computed.Columns[0][0], DuckDb.Text(Zero(double.Parse(Footer(1), CultureInfo.InvariantCulture)), schema));
                    Assert.Equal(computed.Columns[1][0], DuckDb.Text(double.Parse(Footer(2), CultureInfo.InvariantCulture), schema));
                }
            }
        }

        // The least zero is stored as -0, as the format asks; as a value it is 0.
        static double Zero(double value) => value == 0 ? 0.0 : value;
    }

    /// <summary>Columns are packed as asked for where that pays, and otherwise as the documentation says.</summary>
    [Fact]
    public void Encodings_AreThoseAskedFor()
    {
        using var duck = new DuckDb();
        Case paying = WriteCase(duck, ParquetCodec.None, optional: false, TestColumn.Shape.PageMultiples, 0, 1500, indexed: false);
        Case hopeless = WriteCase(duck, ParquetCodec.None, optional: false, TestColumn.Shape.Ascending, 0, 1500, indexed: false);
        DuckDb.Answer[] answers = duck.Run([.. new[] { paying, hopeless }.Select(c => new DuckDb.Job([], $"SELECT encodings FROM parquet_metadata('{c.File}')"))]);
        for (int i = 0; i < paying.Columns.Length; i++)
        {
            ParquetColumn column = paying.Columns[i].Schema;
            if (column.Type == ParquetType.Boolean)
            {
                continue;
            }
            bool isDictionary = column.Encoding == ParquetEncoding.Dictionary;
            bool isNarrow = column.Logical is ParquetLogicalType.Int8 or ParquetLogicalType.UInt8 or ParquetLogicalType.Int16 or ParquetLogicalType.UInt16;
            string plain = column.Encoding == ParquetEncoding.DeltaBinaryPacked ? "DELTA_BINARY_PACKED" : "PLAIN";
            // In 8 bits all multiples of a page are zero: a constant.
            if (column.Logical is not (ParquetLogicalType.Int8 or ParquetLogicalType.UInt8))
            {
                Assert.Equal($"{column.Name}: {(isDictionary ? "PLAIN, RLE_DICTIONARY" : plain)}", $"{column.Name}: {Text(answers[0].Columns[0][i])}");
            }
            if (!isNarrow)
            {
                bool isInteger = column.Type is ParquetType.Int32 or ParquetType.Int64;
                Assert.Equal($"{column.Name}: {(isDictionary && isInteger ? "DELTA_BINARY_PACKED" : plain)}", $"{column.Name}: {Text(answers[1].Columns[0][i])}");
            }
        }

        static string Text(string? hex) => System.Text.Encoding.UTF8.GetString(Convert.FromHexString(hex!));
    }

    [Fact]
    public void Metadata_IsSeen()
    {
        using var duck = new DuckDb();
        string file = Path.Combine(duck.Folder, "meta.parquet");
        using (FileStream stream = File.Create(file))
        using (var writer = new ParquetWriter(stream, [new("a", ParquetType.Int64)], new()))
        {
            writer.SetMetadata("secondlook.schema", "events/1.0");
            RowGroupWriter group = writer.BeginRowGroup(2);
            group.WriteInt64([5, 6], []);
            group.End();
            writer.SetMetadata("a", "ü");
            writer.Finish();
        }
        DuckDb.Answer answer = duck.Run([new([], $"SELECT key::BLOB AS k, value::BLOB AS v FROM parquet_kv_metadata('{file}')")])[0];
        Assert.Equal(["a", "secondlook.schema"], answer.Columns[0].Select(Utf8));
        Assert.Equal(["ü", "events/1.0"], answer.Columns[1].Select(Utf8));

        static string Utf8(string? hex) => System.Text.Encoding.UTF8.GetString(Convert.FromHexString(hex!));
    }
}
