using SecondLook.Parquet.Codecs;
using SecondLook.Parquet.Encodings;
using SecondLook.Parquet.Format;
using SecondLook.Parquet.Thrift;

namespace SecondLook.Parquet.Tests.Reference;

/// <summary>
/// Writes files with data pages V2, which DuckDB reads and never writes: levels apart and uncompressed, values compressed or not.
/// </summary>
internal static class V2File
{
    public static byte[] Write(IReadOnlyList<(TestColumn Column, PageEncoding Encoding)> columns, ParquetCodec codec, bool compressed, int pageRows)
    {
        using PageCompressor? compressor = codec == ParquetCodec.None ? null : new PageCompressor(codec, 1);
        var file = new ByteBuffer();
        file.Append("PAR1"u8);
        var chunks = new List<ChunkRecord>();
        int rows = columns[0].Column.Rows.Length;
        foreach ((TestColumn column, PageEncoding encoding) in columns)
        {
            var chunk = new ChunkRecord
            {
                Codec = compressor?.Number ?? CodecNumber.Uncompressed,
                ValueCount = rows,
                DataOffset = file.Length,
                Encodings = (1 << (int)encoding) | (1 << (int)PageEncoding.Rle),
            };
            for (int row = 0; row < rows; row += pageRows)
            {
                AppendPage(file, column, encoding, column.Rows[row..Math.Min(rows, row + pageRows)], compressed ? compressor : null, chunk);
            }
            chunk.CompressedBytes = file.Length - chunk.DataOffset;
            chunk.Statistics.Reset(column.Rows.Count(v => v is null));
            chunks.Add(chunk);
        }
        int start = file.Length;
        FooterWriter.Write(file, [.. columns.Select(c => c.Column.Schema)], [new RowGroupRecord(rows, 4, [.. chunks])], [], -1);
        file.AppendInt32(file.Length - start);
        file.Append("PAR1"u8);
        return file.Written.ToArray();
    }

    private static void AppendPage(
        ByteBuffer file, TestColumn column, PageEncoding encoding, object?[] rows, PageCompressor? compressor, ChunkRecord chunk)
    {
        var levels = new ByteBuffer();
        if (column.Schema.Optional)
        {
            var bits = new ulong[(rows.Length + 63) / 64];
            for (int i = 0; i < rows.Length; i++)
            {
                bits[i / 64] |= (rows[i] is null ? 0UL : 1) << (i % 64);
            }
            LevelEncoder.Encode(bits, rows.Length, levels);
        }
        ByteBuffer values = Values(encoding, [.. rows.Where(v => v is not null)!]);
        ByteBuffer stored = values;
        if (compressor is not null)
        {
            stored = new ByteBuffer();
            compressor.Compress(values.Written, stored);
        }
        int headerStart = file.Length;
        var thrift = new CompactWriter(file);
        thrift.BeginStruct();
        thrift.I32(1, (int)PageType.DataV2);
        thrift.I32(2, levels.Length + values.Length);
        thrift.I32(3, levels.Length + stored.Length);
        thrift.BeginStruct(8);
        thrift.I32(1, rows.Length);
        thrift.I32(2, rows.Count(v => v is null));
        thrift.I32(3, rows.Length);
        thrift.I32(4, (int)encoding);
        thrift.I32(5, levels.Length);
        thrift.I32(6, 0);
        thrift.Bool(7, compressor is not null);
        thrift.EndStruct();
        thrift.EndStruct();
        chunk.UncompressedBytes += file.Length - headerStart + levels.Length + values.Length;
        file.Append(levels.Written);
        file.Append(stored.Written);
    }

    private static ByteBuffer Values(PageEncoding encoding, object[] values)
    {
        var buffer = new ByteBuffer();
        switch (encoding)
        {
            case PageEncoding.DeltaBinaryPacked when values.Length > 0 && values[0] is int:
                new DeltaEncoder().Encode(values.Cast<int>().ToArray(), false, buffer);
                break;
            case PageEncoding.DeltaBinaryPacked:
                new DeltaEncoder().Encode(values.Cast<long>().ToArray(), false, buffer);
                break;
            case PageEncoding.DeltaLengthByteArray:
                new DeltaEncoder().Encode(values.Select(v => ((byte[])v).Length).ToArray(), false, buffer);
                buffer.Append(values.SelectMany(v => (byte[])v).ToArray());
                break;
            case PageEncoding.DeltaByteArray:
                AppendPrefixed(values, buffer);
                break;
            case PageEncoding.ByteStreamSplit:
                byte[] plain = values.SelectMany(Plain).ToArray();
                int size = values.Length == 0 ? 0 : plain.Length / values.Length;
                buffer.Append(Enumerable.Range(0, size).SelectMany(s => Enumerable.Range(0, values.Length).Select(i => plain[(i * size) + s])).ToArray());
                break;
            case PageEncoding.Rle:
                buffer.AppendInt32(0);
                byte[] runs = values.Length == 0 ? [] : SlowRuns.Encode([.. values.Select(v => (bool)v ? 1u : 0)], 1, new SeededRandom(1));
                buffer.Append(runs);
                buffer.PatchInt32(0, runs.Length);
                break;
            default:
                var bits = new SlowBits();
                foreach (object value in values)
                {
                    if (value is bool b)
                    {
                        bits.Put(b ? 1UL : 0, 1);
                    }
                    else
                    {
                        bits.PutBytes(Plain(value));
                    }
                }
                buffer.Append(bits.ToBytes());
                break;
        }
        return buffer;
    }

    private static void AppendPrefixed(object[] values, ByteBuffer buffer)
    {
        byte[] previous = [];
        var prefixes = new List<int>();
        var suffixes = new List<byte[]>();
        foreach (byte[] value in values.Cast<byte[]>())
        {
            int shared = previous.AsSpan().CommonPrefixLength(value);
            prefixes.Add(shared);
            suffixes.Add(value[shared..]);
            previous = value;
        }
        new DeltaEncoder().Encode(prefixes.ToArray(), false, buffer);
        new DeltaEncoder().Encode(suffixes.Select(s => s.Length).ToArray(), false, buffer);
        buffer.Append(suffixes.SelectMany(s => s).ToArray());
    }

    private static byte[] Plain(object value) => value switch
    {
        int i => BitConverter.GetBytes(i),
        long l => BitConverter.GetBytes(l),
        double d => BitConverter.GetBytes(d),
        byte[] bytes => [.. BitConverter.GetBytes(bytes.Length), .. bytes],
        _ => throw new ArgumentException(value.GetType().Name),
    };
}
