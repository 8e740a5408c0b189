using System.Buffers.Binary;
using System.Numerics;

namespace SecondLook.Parquet.Encodings;

/// <summary>Reads DELTA_BINARY_PACKED with any block and group size.</summary>
internal static class DeltaDecoder
{
    /// <summary>Decodes exactly as many values as the span holds.</summary>
    /// <param name="cursor">Stands at the header; afterwards behind the last group.</param>
    /// <param name="values">Receives the values.</param>
    public static void Decode<T>(ref ByteCursor cursor, Span<T> values)
        where T : unmanaged, IBinaryInteger<T>
    {
        ulong blockValues = cursor.Varint("the block size");
        ulong groups = cursor.Varint("the number of groups in a block");
        ulong total = cursor.Varint("the number of values");
        long value = cursor.ZigZag("the first value");
        if (blockValues is 0 or > 1 << 20 || groups is 0 or > 1024 || blockValues % groups != 0 || blockValues / groups % 8 != 0)
        {
            throw cursor.Error($"blocks of {blockValues} values in {groups} groups, expected groups of a multiple of 8 values");
        }
        if (total != (ulong)values.Length)
        {
            throw cursor.Error($"{total} differences, expected {values.Length}");
        }
        if (values.IsEmpty)
        {
            return;
        }
        values[0] = T.CreateTruncating(value);
        int groupValues = (int)(blockValues / groups);
        int done = 1;
        while (done < values.Length)
        {
            long least = cursor.ZigZag("a block's least difference");
            ReadOnlySpan<byte> widths = cursor.Take((long)groups, "the widths of a block");
            for (int group = 0; group < widths.Length && done < values.Length; group++)
            {
                int width = widths[group];
                if (width > 64)
                {
                    throw cursor.Error($"differences of {width} bits, expected at most 64");
                }
                ReadOnlySpan<byte> packed = cursor.TakePadded((long)width * groupValues / 8, "a group");
                Span<T> part = values.Slice(done, Math.Min(groupValues, values.Length - done));
                value = Sum(packed, width, least, value, part);
                done += part.Length;
            }
        }
    }

    private static long Sum<T>(ReadOnlySpan<byte> packed, int width, long least, long value, Span<T> values)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (width == 0)
        {
            for (int i = 0; i < values.Length; i++)
            {
                value += least;
                values[i] = T.CreateTruncating(value);
            }
            return value;
        }
        ulong mask = ulong.MaxValue >> (64 - width);
        int bit = 0;
        if (width <= 56)
        {
            for (int i = 0; i < values.Length; i++, bit += width)
            {
                ulong delta = (BinaryPrimitives.ReadUInt64LittleEndian(packed[(bit >> 3)..]) >> (bit & 7)) & mask;
                value += least + (long)delta;
                values[i] = T.CreateTruncating(value);
            }
            return value;
        }
        for (int i = 0; i < values.Length; i++, bit += width)
        {
            ReadOnlySpan<byte> at = packed[(bit >> 3)..];
            int shift = bit & 7;
            ulong low = BinaryPrimitives.ReadUInt64LittleEndian(at) >> shift;
            ulong high = shift == 0 ? 0 : (ulong)at[8] << (64 - shift);
            value += least + (long)((low | high) & mask);
            values[i] = T.CreateTruncating(value);
        }
        return value;
    }
}
