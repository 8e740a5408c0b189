namespace SecondLook.Parquet.Tests;

/// <summary>We read what DuckDB writes: both versions of the format, all codecs of ours and the foreign ones.</summary>
public sealed class DuckDbWritesTests
{
    private const string Table = """
        CREATE OR REPLACE TABLE t AS SELECT
            (hash(i) % 2 = 0) AS boolean_random,
            (i < 3000) AS boolean_runs,
            ((hash(i + 1) % 256)::INTEGER - 128)::TINYINT AS int8,
            ((hash(i + 2) % 65536)::INTEGER - 32768)::SMALLINT AS int16,
            ((hash(i + 3) % 4294967296)::BIGINT - 2147483648)::INTEGER AS int32,
            (hash(i + 4) >> 1)::BIGINT AS int64,
            (hash(i + 5) % 256)::UTINYINT AS uint8,
            (hash(i + 6) % 65536)::USMALLINT AS uint16,
            (hash(i + 7) % 4294967296)::UINTEGER AS uint32,
            hash(i + 8)::UBIGINT AS uint64,
            (1000000000000 + i * 997 + hash(i) % 500)::BIGINT AS ascending,
            (i % 7)::INTEGER AS few,
            42::BIGINT AS constant,
            (hash(i + 9) % 1000000 / 64)::DOUBLE AS double_few,
            (hash(i + 10) / 3)::DOUBLE AS double_random,
            ('word-' || (hash(i) % 100)) AS text_few,
            ('prefix-' || lpad(i::VARCHAR, 8, '0') || '-' || hash(i)) AS text_random,
            '' AS text_empty,
            ('{"n":' || i || '}')::JSON AS json,
            encode('b' || hash(i + 11)) AS blob,
            make_timestamp_ns(1700000000000000000 + i * 1001) AS time
        FROM range(ROWS) r(i)
        """;

    private static string WithNulls(int percent) =>
        $"SELECT COLUMNS(c -> true) FROM (SELECT * REPLACE ({string.Join(", ", Names.Select((n, k) => $"CASE WHEN hash(rowid * 31 + {k}) % 100 < {percent} THEN NULL ELSE {n} END AS {n}"))}) FROM t)";

    private static readonly string[] Names =
    [
        "boolean_random", "boolean_runs", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "ascending", "few",
        "constant", "double_few", "double_random", "text_few", "text_random", "text_empty", "json", "blob", "time",
    ];

    [Theory]
    [InlineData("V1")]
    [InlineData("V2")]
    public void EveryTypeAndCodec_WithAndWithoutNulls_SameValues(string version)
    {
        using var duck = new DuckDb();
        var jobs = new List<DuckDb.Job>();
        var files = new List<string>();
        foreach (int rows in new[] { 0, 1, 4500 })
        {
            foreach (int nulls in rows == 0 ? [0] : new[] { 0, 30, 100 })
            {
                string query = WithNulls(nulls);
                jobs.Add(new([Table.Replace("ROWS", $"{rows}", StringComparison.Ordinal), $"CREATE OR REPLACE TABLE n AS {query}"], "SELECT * FROM n"));
                foreach (string codec in new[] { "uncompressed", "snappy", "gzip", "zstd", "brotli" })
                {
                    string file = Path.Combine(duck.Folder, $"{rows}-{nulls}-{codec}.parquet");
                    jobs.Add(new([$"COPY n TO '{file}' (FORMAT parquet, PARQUET_VERSION {version}, CODEC '{codec}', ROW_GROUP_SIZE 2048)"], null));
                    files.Add(file);
                }
            }
        }
        DuckDb.Answer[] answers = duck.Run(jobs);
        int at = 0;
        DuckDb.Answer? wanted = null;
        foreach (DuckDb.Answer answer in answers)
        {
            if (answer.Names.Length > 0)
            {
                wanted = answer;
                continue;
            }
            string file = files[at++];
            if (file.Contains("zstd", StringComparison.Ordinal) && !ParquetCodecs.ZstdAvailable)
            {
                continue;
            }
            AssertSame(wanted!, file);
        }
        Assert.Equal(files.Count, at);
    }

    private static void AssertSame(DuckDb.Answer wanted, string file)
    {
        using FileStream stream = File.OpenRead(file);
        using var reader = new ParquetReader(stream);
        Assert.Equal(wanted.Names, reader.Columns.Select(c => c.Name));
        for (int c = 0; c < wanted.Names.Length; c++)
        {
            ParquetColumn column = reader.Columns[c];
            Assert.Equal(wanted.Types[c], DuckDbReadsOursTests.TypeName(column));
            RowsAssert.Same(column.Name, wanted.Columns[c], [.. TestColumn.Read(reader, c).Select(v => DuckDb.Text(v, column))]);
        }
    }
}
