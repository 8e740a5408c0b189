using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SecondLook.Parquet.Encodings;
using SecondLook.Parquet.Format;

namespace SecondLook.Parquet.Chunks;

/// <summary>Reads chunks of numbers into one element per row.</summary>
internal sealed class FixedColumnReader(ChunkReader chunk)
{
    /// <summary>Reads the chunk that was begun.</summary>
    /// <param name="values">One element per row; rows without a value get the default.</param>
    /// <param name="validity">One bit per row.</param>
    public void Read<T>(Span<T> values, Span<ulong> validity)
        where T : unmanaged
    {
        int row = 0;
        while (chunk.NextPage(validity, row))
        {
            Span<T> rows = values.Slice(row, chunk.Rows);
            ByteCursor page = chunk.PageValues();
            Decode(ref page, rows[..chunk.Values]);
            BitRange.Spread(rows, chunk.Values, validity, row);
            row += chunk.Rows;
        }
    }

    private void Decode<T>(ref ByteCursor page, Span<T> values)
        where T : unmanaged
    {
        switch (chunk.Encoding)
        {
            case PageEncoding.Plain:
                page.Take((long)values.Length * Unsafe.SizeOf<T>(), "the values").CopyTo(MemoryMarshal.AsBytes(values));
                break;
            case PageEncoding.RleDictionary or PageEncoding.PlainDictionary:
                IndexDecoder.Decode(ref page, Dictionary<T>(), values);
                break;
            case PageEncoding.DeltaBinaryPacked when typeof(T) == typeof(int):
                DeltaDecoder.Decode(ref page, MemoryMarshal.Cast<T, int>(values));
                break;
            case PageEncoding.DeltaBinaryPacked when typeof(T) == typeof(long):
                DeltaDecoder.Decode(ref page, MemoryMarshal.Cast<T, long>(values));
                break;
            case PageEncoding.ByteStreamSplit:
                ReadOnlySpan<byte> streams = page.Take((long)values.Length * Unsafe.SizeOf<T>(), "the byte streams");
                Join(streams, MemoryMarshal.AsBytes(values), Unsafe.SizeOf<T>());
                break;
            default:
                throw chunk.Error($"encoding {chunk.Encoding}, expected PLAIN, RLE_DICTIONARY, DELTA_BINARY_PACKED or BYTE_STREAM_SPLIT");
        }
    }

    private ReadOnlySpan<T> Dictionary<T>()
        where T : unmanaged
    {
        if (chunk.DictionaryEntries < 0)
        {
            throw chunk.Error("indices without a dictionary");
        }
        ByteCursor dictionary = chunk.Dictionary;
        return MemoryMarshal.Cast<byte, T>(dictionary.Take((long)chunk.DictionaryEntries * Unsafe.SizeOf<T>(), "the dictionary"));
    }

    /// <summary>Puts values together whose bytes stand in streams: all first bytes, then all second ones, and so on.</summary>
    private static void Join(ReadOnlySpan<byte> streams, Span<byte> values, int size)
    {
        int count = values.Length / size;
        for (int stream = 0; stream < size; stream++)
        {
            ReadOnlySpan<byte> bytes = streams.Slice(stream * count, count);
            for (int i = 0; i < bytes.Length; i++)
            {
                values[(i * size) + stream] = bytes[i];
            }
        }
    }
}
