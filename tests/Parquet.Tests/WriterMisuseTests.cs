namespace SecondLook.Parquet.Tests;

/// <summary>Calls that contradict the schema are refused; files that were not finished are not read; the same calls give the same bytes.</summary>
public sealed class WriterMisuseTests
{
    private static readonly ParquetColumn[] Schema =
    [
        new("a", ParquetType.Int32, false, ParquetLogicalType.Int8),
        new("b", ParquetType.ByteArray, true),
    ];

    private static ParquetWriter Writer(Stream stream) => new(stream, Schema, new ParquetWriterOptions());

    [Fact]
    public void Schema_Contradictions_AreNamed()
    {
        static string Message(params ParquetColumn[] columns) =>
            Assert.Throws<ArgumentException>(() => new ParquetWriter(new MemoryStream(), columns, new ParquetWriterOptions())).Message;

        Assert.Contains("at least one", Message(), StringComparison.Ordinal);
        Assert.Contains("'a' occurs twice", Message(Schema[0], Schema[0]), StringComparison.Ordinal);
        Assert.Contains("UInt64", Message(new ParquetColumn("x", ParquetType.Int32, false, ParquetLogicalType.UInt64)), StringComparison.Ordinal);
        Assert.Contains(
            "DELTA", Message(new ParquetColumn("x", ParquetType.Double, Encoding: ParquetEncoding.DeltaBinaryPacked)), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ParquetWriter(new MemoryStream(), Schema, new ParquetWriterOptions { SortedBy = "z" }));
    }

    [Fact]
    public void RowGroup_WrongCalls_AreRefused()
    {
        using ParquetWriter writer = Writer(new MemoryStream());
        RowGroupWriter group = writer.BeginRowGroup(3);
        Assert.Throws<ArgumentException>(() => group.WriteInt64([1, 2, 3], []));
        Assert.Throws<ArgumentException>(() => group.WriteInt32([1, 2], []));
        Assert.Throws<ArgumentException>(() => group.WriteInt32([1, 2], [0b101]));
        Assert.Throws<ArgumentException>(() => group.WriteInt32([1, 2, 128], []));
        Assert.Throws<ArgumentException>(group.WriteNulls);
        Assert.Throws<InvalidOperationException>(group.End);
        Assert.Throws<InvalidOperationException>(() => writer.BeginRowGroup(1));
        Assert.Throws<InvalidOperationException>(writer.Finish);
        group.WriteInt32([1, 2, -128], []);
        Assert.Throws<ArgumentException>(() => group.WriteByteArrays([1], [0, 1, 0, 1], []));
        Assert.Throws<ArgumentException>(() => group.WriteByteArrays([1], [0, 1, 1, 2], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => group.WriteIndexedByteArrays([0, 0, 1], [1], [0, 1], []));
        group.WriteByteArrays([1], [0, 1, 1], [0b110]);
        Assert.Throws<InvalidOperationException>(group.WriteNulls);
        group.End();
        writer.Finish();
        Assert.Throws<InvalidOperationException>(() => writer.BeginRowGroup(1));
    }

    [Fact]
    public void RefusedColumn_WrittenAgain_FileIsWhole()
    {
        var stream = new MemoryStream();
        using ParquetWriter writer = Writer(stream);
        RowGroupWriter group = writer.BeginRowGroup(2);
        Assert.Throws<ArgumentException>(() => group.WriteInt32([1, 1000], []));
        group.WriteInt32([1, 2], []);
        group.WriteNulls();
        group.End();
        writer.Finish();
        using var reader = new ParquetReader(stream);
        Assert.Equal([1, 2], TestColumn.Read(reader, 0));
        Assert.Equal([null, null], TestColumn.Read(reader, 1));
    }

    [Fact]
    public void Dispose_WithoutFinish_LeavesNoReadableFile()
    {
        var stream = new MemoryStream();
        using (ParquetWriter writer = Writer(stream))
        {
            RowGroupWriter group = writer.BeginRowGroup(1);
            group.WriteInt32([1], []);
            group.WriteNulls();
            group.End();
        }
        Assert.Throws<ParquetException>(() => new ParquetReader(stream));
    }

    [Fact]
    public void SameCalls_SameBytes()
    {
        byte[] Once()
        {
            TestColumn[] columns = [.. RoundTripTests.AllColumns(optional: true)
                .Select((c, i) => TestColumn.Generate(c, (TestColumn.Shape)(i % 7), 3000, 20, (ulong)i))];
            return RoundTripTests.Write(columns, new ParquetWriterOptions { Codec = ParquetCodec.Brotli, PageRows = 500 }, 1300);
        }

        Assert.Equal(Once(), Once());
    }

    [Fact]
    public void NullAndConstantColumns_ManyRows_CostAFewBytesAPage()
    {
        const int Rows = 1 << 20;
        ParquetColumn[] schema =
        [
            .. Enum.GetValues<ParquetType>().Select(t => new ParquetColumn($"null {t}", t, true, Encoding: ParquetEncoding.Dictionary)),
            new("int", ParquetType.Int32, false, Encoding: ParquetEncoding.Dictionary),
            new("long", ParquetType.Int64, true, Encoding: ParquetEncoding.DeltaBinaryPacked),
            new("double", ParquetType.Double, true, Encoding: ParquetEncoding.Dictionary),
            new("bool", ParquetType.Boolean, true),
            new("text", ParquetType.ByteArray, true, ParquetLogicalType.String, ParquetEncoding.Dictionary),
        ];
        var stream = new MemoryStream();
        using var writer = new ParquetWriter(stream, schema, new ParquetWriterOptions());
        RowGroupWriter group = writer.BeginRowGroup(Rows);
        for (int i = 0; i < 5; i++)
        {
            group.WriteNulls();
        }
        var ints = new int[Rows];
        Array.Fill(ints, 7);
        group.WriteInt32(ints, []);
        group.WriteInt64(new long[Rows], []);
        group.WriteDouble(new double[Rows], []);
        group.WriteBoolean(new bool[Rows], []);
        group.WriteIndexedByteArrays(ints, new byte[20], [0, 0, 0, 0, 0, 0, 0, 0, 10], []);
        group.End();
        writer.Finish();
        Assert.InRange(stream.Length, 1, 10 * 16 * 100);
    }
}
