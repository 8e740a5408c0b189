using System.Buffers.Binary;
using System.Text;
using SecondLook.Parquet.Encodings;
using SecondLook.Parquet.Format;
using SecondLook.Parquet.Tests.Reference;
using SecondLook.Parquet.Thrift;

namespace SecondLook.Parquet.Tests;

/// <summary>Damaged and hostile files give a <see cref="ParquetException"/> with a place, and neither crash nor hang nor eat memory.</summary>
public sealed class HostileFileTests
{
    private static byte[] Sample(ParquetCodec codec, bool indexed)
    {
        TestColumn[] columns = [.. RoundTripTests.AllColumns(optional: true)
            .Select((c, i) => TestColumn.Generate(c, (TestColumn.Shape)(i % 7), 600, 25, (ulong)i))];
        return RoundTripTests.Write(columns, new ParquetWriterOptions { Codec = codec, PageRows = 192 }, 400, indexed);
    }

    private static byte[] V2Sample(ParquetCodec codec)
    {
        (ParquetType, PageEncoding)[] kinds =
        [
            (ParquetType.Boolean, PageEncoding.Rle), (ParquetType.Int32, PageEncoding.DeltaBinaryPacked),
            (ParquetType.Double, PageEncoding.ByteStreamSplit), (ParquetType.ByteArray, PageEncoding.DeltaByteArray),
            (ParquetType.ByteArray, PageEncoding.DeltaLengthByteArray),
        ];
        return V2File.Write(
            [.. kinds.Select((k, i) => (TestColumn.Generate(new($"c{i}", k.Item1, true), TestColumn.Shape.FewDistinct, 300, 25, (ulong)i), k.Item2))],
            codec, compressed: codec != ParquetCodec.None, pageRows: 128);
    }

    /// <summary>Reads whatever can be read; true when the file was taken for good.</summary>
    private static bool TryReadAll(byte[] file)
    {
        try
        {
            using var reader = new ParquetReader(new MemoryStream(file));
            for (int column = 0; column < reader.Columns.Count; column++)
            {
                TestColumn.Read(reader, column);
            }
            return true;
        }
        catch (ParquetException e)
        {
            Assert.Contains("found", e.Message + (e.Message.Contains("expected", StringComparison.Ordinal) ? "found" : ""), StringComparison.Ordinal);
            return false;
        }
    }

    [Theory]
    [InlineData(ParquetCodec.None, 1)]
    [InlineData(ParquetCodec.Zstd, 2)]
    [InlineData(ParquetCodec.Brotli, 3)]
    public void FlippedBytes_OnlyParquetExceptions(ParquetCodec codec, ulong seed)
    {
        if (codec == ParquetCodec.Zstd && !ParquetCodecs.ZstdAvailable)
        {
            Assert.Skip("libzstd.so.1 is not installed.");
        }
        var random = new SeededRandom(seed);
        int refused = 0;
        foreach (byte[] sample in new[] { Sample(codec, false), Sample(codec, true), V2Sample(codec) })
        {
            Assert.True(TryReadAll(sample));
            int footer = BinaryPrimitives.ReadInt32LittleEndian(sample.AsSpan(sample.Length - 8));
            for (int round = 0; round < 400; round++)
            {
                byte[] broken = [.. sample];
                int flips = 1 + random.Below(4);
                for (int i = 0; i < flips; i++)
                {
                    // Half of them in the footer, where the lengths are.
                    int at = round % 2 == 0 ? random.Below(sample.Length) : sample.Length - 8 - 1 - random.Below(footer);
                    broken[at] = random.Below(3) == 0 ? (byte)random.Next() : (byte)(broken[at] ^ (1 << random.Below(8)));
                }
                long before = GC.GetAllocatedBytesForCurrentThread();
                refused += TryReadAll(broken) ? 0 : 1;
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1L << 30);
            }
        }
        Assert.InRange(refused, 200, 1199);
    }

    [Fact]
    public void Truncated_AtEveryLength_IsRefused()
    {
        byte[] sample = V2Sample(ParquetCodec.None);
        for (int length = 0; length < sample.Length; length++)
        {
            Assert.False(TryReadAll(sample[..length]));
        }
    }

    [Fact]
    public void PiecesCutOut_OnlyParquetExceptions()
    {
        var random = new SeededRandom(11);
        byte[] sample = Sample(ParquetCodec.None, false);
        for (int round = 0; round < 200; round++)
        {
            int at = random.Below(sample.Length - 200);
            byte[] broken = [.. sample[..at], .. sample[(at + 1 + random.Below(100))..]];
            TryReadAll(broken);
        }
    }

    [Fact]
    public void Noise_IsRefused()
    {
        var random = new SeededRandom(12);
        for (int round = 0; round < 2000; round++)
        {
            var noise = new byte[12 + random.Below(300)];
            for (int i = 0; i < noise.Length; i++)
            {
                noise[i] = (byte)random.Next();
            }
            "PAR1"u8.CopyTo(noise);
            "PAR1"u8.CopyTo(noise.AsSpan(noise.Length - 4));
            BinaryPrimitives.WriteInt32LittleEndian(noise.AsSpan(noise.Length - 8), noise.Length - 12);
            Assert.False(TryReadAll(noise));
        }
    }

    private static byte[] WithFooter(Action<CompactWriter, ByteBuffer> write)
    {
        var file = new ByteBuffer();
        file.Append("PAR1"u8);
        int start = file.Length;
        write(new CompactWriter(file), file);
        file.AppendInt32(file.Length - start);
        file.Append("PAR1"u8);
        return file.Written.ToArray();
    }

    [Fact]
    public void Footer_DeeplyNested_IsRefused() => Assert.False(TryReadAll(WithFooter((_, bytes) =>
    {
        for (int i = 0; i < 100_000; i++)
        {
            bytes.AppendByte(0x9C);
        }
    })));

    [Fact]
    public void Footer_ListsInLists_AreRefused() => Assert.False(TryReadAll(WithFooter((_, bytes) =>
    {
        bytes.AppendByte(0x99);
        for (int i = 0; i < 100_000; i++)
        {
            bytes.AppendByte(0x19);
        }
    })));

    [Fact]
    public void Footer_EndlessList_IsRefused() => Assert.False(TryReadAll(WithFooter((thrift, _) =>
    {
        thrift.BeginStruct();
        thrift.BeginList(2, ThriftType.Struct, int.MaxValue);
    })));

    [Fact]
    public void Footer_LongerThanTheFile_IsRefused()
    {
        byte[] file = V2Sample(ParquetCodec.None);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(file.Length - 8), uint.MaxValue);
        ParquetException e = Assert.Throws<ParquetException>(() => new ParquetReader(new MemoryStream(file)));
        Assert.Contains("4294967295", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NotParquet_SaysSo()
    {
        Assert.Contains("not a Parquet file", Assert.Throws<ParquetException>(() => new ParquetReader(new MemoryStream())).Message, StringComparison.Ordinal);
        byte[] text = Encoding.ASCII.GetBytes("# tracer: nop, and then some more text");
        Assert.Contains("PAR1", Assert.Throws<ParquetException>(() => new ParquetReader(new MemoryStream(text))).Message, StringComparison.Ordinal);
    }

    /// <summary>One column, one page whose header and body are given; the footer says that all is well.</summary>
    private static byte[] OnePage(ParquetType type, CodecNumber codec, PageEncoding encoding, int rows, byte[] body, int claimed, byte[]? dictionary = null)
    {
        var file = new ByteBuffer();
        file.Append("PAR1"u8);
        var chunk = new ChunkRecord { Codec = codec, ValueCount = rows, DataOffset = 4 };
        if (dictionary is not null)
        {
            chunk.DictionaryOffset = 4;
            AppendPage(file, PageType.Dictionary, dictionary, dictionary.Length, 1, PageEncoding.Plain);
            chunk.DataOffset = file.Length;
        }
        AppendPage(file, PageType.Data, body, claimed, rows, encoding);
        chunk.CompressedBytes = file.Length - 4;
        int start = file.Length;
        FooterWriter.Write(file, [new ParquetColumn("x", type)], [new RowGroupRecord(rows, 4, [chunk])], [], -1);
        file.AppendInt32(file.Length - start);
        file.Append("PAR1"u8);
        return file.Written.ToArray();
    }

    private static void AppendPage(ByteBuffer file, PageType type, byte[] body, int claimed, int values, PageEncoding encoding)
    {
        var thrift = new CompactWriter(file);
        thrift.BeginStruct();
        thrift.I32(1, (int)type);
        thrift.I32(2, claimed);
        thrift.I32(3, body.Length);
        thrift.BeginStruct(type == PageType.Data ? 5 : 7);
        thrift.I32(1, values);
        thrift.I32(2, (int)encoding);
        thrift.EndStruct();
        thrift.EndStruct();
        file.Append(body);
    }

    [Theory]
    [InlineData((int)CodecNumber.Uncompressed)]
    [InlineData((int)CodecNumber.Snappy)]
    [InlineData((int)CodecNumber.Gzip)]
    [InlineData((int)CodecNumber.Brotli)]
    [InlineData((int)CodecNumber.Zstd)]
    [InlineData((int)CodecNumber.Lzo)]
    [InlineData(77)]
    public void Page_ThatClaimsTwoGigabytes_IsRefusedWithoutThem(int codec)
    {
        byte[] file = OnePage(ParquetType.Int64, (CodecNumber)codec, PageEncoding.Plain, 3, new byte[20], int.MaxValue);
        using var reader = new ParquetReader(new MemoryStream(file));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<ParquetException>(() => reader.ReadInt64(0, 0, new long[3], []));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void DictionaryBomb_IsRefusedWithoutTheMemory()
    {
        // 16 M rows that all name one entry of 1 MiB.
        const int Rows = 1 << 24;
        byte[] dictionary = new byte[4 + (1 << 20)];
        BinaryPrimitives.WriteInt32LittleEndian(dictionary, 1 << 20);
        var body = new ByteBuffer();
        body.AppendByte(1);
        IndexEncoder.AppendRun<byte>(Rows, 0, 1, body);
        byte[] file = OnePage(
            ParquetType.ByteArray, CodecNumber.Uncompressed, PageEncoding.RleDictionary, Rows, body.Written.ToArray(), body.Length, dictionary);
        using var reader = new ParquetReader(new MemoryStream(file));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("at most", Assert.Throws<ParquetException>(() => reader.ReadByteArrays(0, 0)).Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 29);
    }

    [Theory]
    [InlineData((int)PageEncoding.Plain, "02")]
    [InlineData((int)PageEncoding.DeltaBinaryPacked, "")]
    [InlineData((int)PageEncoding.DeltaBinaryPacked, "00040300")]
    [InlineData((int)PageEncoding.DeltaBinaryPacked, "80010003")]
    [InlineData((int)PageEncoding.DeltaBinaryPacked, "800104FFFFFFFFFFFFFFFFFF0100")]
    [InlineData((int)PageEncoding.DeltaBinaryPacked, "8001040300004100000000")]
    [InlineData((int)PageEncoding.DeltaBinaryPacked, "8001040300004000000000")]
    [InlineData((int)PageEncoding.RleDictionary, "010600")]
    [InlineData((int)PageEncoding.ByteStreamSplit, "0102")]
    [InlineData((int)PageEncoding.BitPacked, "0102")]
    [InlineData(99, "0102")]
    public void PageOfInt64_Damaged_IsRefused(int encoding, string hex)
    {
        byte[] body = Convert.FromHexString(hex);
        byte[] file = OnePage(ParquetType.Int64, CodecNumber.Uncompressed, (PageEncoding)encoding, 3, body, body.Length);
        using var reader = new ParquetReader(new MemoryStream(file));
        string message = Assert.Throws<ParquetException>(() => reader.ReadInt64(0, 0, new long[3], [])).Message;
        Assert.Contains("Column 'x', page at 4", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("21")]
    [InlineData("40FFFFFFFF0F")]
    [InlineData("0103FF")]
    [InlineData("010602")]
    [InlineData("01FFFFFFFFFFFFFFFFFF01")]
    public void Indices_Damaged_AreRefused(string hex)
    {
        byte[] body = Convert.FromHexString(hex);
        byte[] file = OnePage(
            ParquetType.Int64, CodecNumber.Uncompressed, PageEncoding.RleDictionary, 3, body, body.Length, new byte[8]);
        using var reader = new ParquetReader(new MemoryStream(file));
        Assert.Throws<ParquetException>(() => reader.ReadInt64(0, 0, new long[3], []));
    }

    [Fact]
    public void Snappy_EveryDamage_IsRefusedOrSame()
    {
        var random = new SeededRandom(13);
        // Length 20: a literal of four, then copies that overlap what they write.
        byte[] good = Convert.FromHexString("140C616263641504" + "1204000A0400");
        for (int round = 0; round < 20_000; round++)
        {
            byte[] broken = [.. good];
            broken[random.Below(good.Length)] = (byte)random.Next();
            Codecs.Snappy.TryDecompress(broken, new byte[20]);
        }
    }
}
