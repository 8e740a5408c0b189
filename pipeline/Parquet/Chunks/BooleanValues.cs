using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SecondLook.Parquet.Encodings;
using SecondLook.Parquet.Format;

namespace SecondLook.Parquet.Chunks;

/// <summary>Booleans: one bit each, or runs in pages where those are shorter.</summary>
internal readonly ref struct BooleanValues(ReadOnlySpan<bool> values, ulong[] bits, PageLayout layout) : IPageValues
{
    private readonly ReadOnlySpan<bool> _values = values;

    /// <inheritdoc/>
    public PageEncoding Append(int start, int count, bool nibbles, ByteBuffer body)
    {
        Pack(_values.Slice(start, count), bits);
        int at = body.Length;
        body.AppendInt32(0);
        LevelEncoder.Encode(bits, count, body);
        int runs = body.Length - at - 4;
        int packed = (count + 7) >> 3;
        if (runs + 4 < packed / 2)
        {
            body.PatchInt32(at, runs);
            return PageEncoding.Rle;
        }
        body.Truncate(at);
        body.Append(MemoryMarshal.AsBytes(bits.AsSpan())[..packed]);
        return PageEncoding.Plain;
    }

    /// <inheritdoc/>
    public void Describe(int page, ColumnStatistics statistics)
    {
        ReadOnlySpan<bool> part = _values.Slice(layout.FirstValue(page), layout.ValuesIn(page));
        statistics.SetRange((byte)(part.Contains(false) ? 0 : 1), (byte)(part.Contains(true) ? 1 : 0));
    }

    private static void Pack(ReadOnlySpan<bool> values, Span<ulong> bits)
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values);
        int i = 0;
        for (; i + 64 <= bytes.Length; i += 64)
        {
            ulong low = ~Vector256.Equals(Vector256.Create(bytes[i..]), Vector256<byte>.Zero).ExtractMostSignificantBits();
            ulong high = ~Vector256.Equals(Vector256.Create(bytes[(i + 32)..]), Vector256<byte>.Zero).ExtractMostSignificantBits();
            bits[i >> 6] = (low & 0xFFFFFFFF) | (high << 32);
        }
        if (i < bytes.Length)
        {
            ulong last = 0;
            for (int bit = 0; i + bit < bytes.Length; bit++)
            {
                last |= (bytes[i + bit] != 0 ? 1UL : 0) << bit;
            }
            bits[i >> 6] = last;
        }
    }
}
