using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SecondLook.Parquet.Encodings;

/// <summary>
/// Packs unsigned numbers of a fixed width in bits, least significant bit first, and unpacks them.
/// </summary>
/// <remarks>
/// Narrow numbers are first merged, several to a word, so that the loop that carries bits from word to word runs once per
/// two, four or eight numbers.
/// </remarks>
internal static class BitPacking
{
    /// <summary>Packs numbers.</summary>
    /// <typeparam name="T">Unsigned 32- or 64-bit integer.</typeparam>
    /// <param name="values">Numbers below 2^width; a multiple of eight of them.</param>
    /// <param name="width">Bits per number, 1 to 64.</param>
    /// <param name="destination">Room for the result and <see cref="ByteBuffer.Slack"/> bytes.</param>
    /// <returns>Bytes written: numbers * width / 8.</returns>
    public static int Pack<T>(ReadOnlySpan<T> values, int width, Span<byte> destination)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (width == 8 * Unsafe.SizeOf<T>() && BitConverter.IsLittleEndian)
        {
            ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values);
            bytes.CopyTo(destination);
            return bytes.Length;
        }
        if (width <= 16)
        {
            return PackEights(values, width, destination);
        }
        return width % 4 == 0 ? PackPairs(values, width, destination) : PackWide(values, width, destination);
    }

    // Two numbers of whole nibbles take whole bytes, so no bits are carried from one pair to the next.
    private static int PackPairs<T>(ReadOnlySpan<T> values, int width, Span<byte> destination)
        where T : unmanaged, IBinaryInteger<T>
    {
        int step = width / 4;
        ref byte to = ref MemoryMarshal.GetReference(destination[..((values.Length / 2 * step) + ByteBuffer.Slack)]);
        for (int i = 0; i + 2 <= values.Length; i += 2)
        {
            ulong low = ulong.CreateTruncating(values[i]);
            ulong high = ulong.CreateTruncating(values[i + 1]);
            if (width <= 32)
            {
                Store(ref to, low | (high << width));
            }
            else
            {
                // The second number begins in the byte that the first one ends in, or behind it.
                Store(ref to, low);
                int half = width & 4;
                Store(ref Unsafe.Add(ref to, width >> 3), (high << half) | (half == 0 ? 0 : low >> (width - half)));
            }
            to = ref Unsafe.Add(ref to, step);
        }
        return values.Length / 2 * step;
    }

    private static void Store(ref byte to, ulong word) =>
        Unsafe.WriteUnaligned(ref to, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));

    // Eight numbers take exactly `width` bytes, so every eight of them begin at a whole byte.
    private static int PackEights<T>(ReadOnlySpan<T> values, int width, Span<byte> destination)
        where T : unmanaged, IBinaryInteger<T>
    {
        int at = 0;
        for (int i = 0; i + 8 <= values.Length; i += 8)
        {
            ReadOnlySpan<T> v = values.Slice(i, 8);
            ulong low = Four(v, width);
            ulong high = Four(v[4..], width);
            StoreEight(low, high, width, destination[at..]);
            at += width;
        }
        return at;
    }

    /// <summary>Stores eight numbers of at most 16 bits that were merged by fours; overwrites up to 16 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreEight(ulong low, ulong high, int width, Span<byte> destination)
    {
        int bits = 4 * width;
        if (width <= 8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(destination, low | (high << bits));
        }
        else
        {
            // With 16 bits the first word is full; shifting in two steps keeps a shift by 64 from being one by 0.
            BinaryPrimitives.WriteUInt64LittleEndian(destination, low | (high << (bits - 1) << 1));
            BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], high >> (64 - bits));
        }
    }

    private static int PackWide<T>(ReadOnlySpan<T> values, int width, Span<byte> destination)
        where T : unmanaged, IBinaryInteger<T>
    {
        var sink = new BitSink(destination);
        int i = 0;
        if (width <= 32)
        {
            for (; i + 2 <= values.Length; i += 2)
            {
                sink.Put(ulong.CreateTruncating(values[i]) | (ulong.CreateTruncating(values[i + 1]) << width), 2 * width);
            }
        }
        else
        {
            for (; i < values.Length; i++)
            {
                sink.Put(ulong.CreateTruncating(values[i]), width);
            }
        }
        return sink.End();
    }

    /// <summary>Unpacks numbers.</summary>
    /// <param name="source">The packed bytes; eight bytes beyond the last number must be there, too.</param>
    /// <param name="width">Bits per number, 0 to 64.</param>
    /// <param name="values">Receives the numbers.</param>
    public static void Unpack(ReadOnlySpan<byte> source, int width, Span<ulong> values)
    {
        if (width == 0)
        {
            values.Clear();
            return;
        }
        ulong mask = ulong.MaxValue >> (64 - width);
        long bit = 0;
        if (width <= 56)
        {
            for (int i = 0; i < values.Length; i++, bit += width)
            {
                values[i] = (BinaryPrimitives.ReadUInt64LittleEndian(source[(int)(bit >> 3)..]) >> (int)(bit & 7)) & mask;
            }
            return;
        }
        for (int i = 0; i < values.Length; i++, bit += width)
        {
            ReadOnlySpan<byte> at = source[(int)(bit >> 3)..];
            int shift = (int)(bit & 7);
            ulong low = BinaryPrimitives.ReadUInt64LittleEndian(at) >> shift;
            ulong high = shift == 0 ? 0 : (ulong)at[8] << (64 - shift);
            values[i] = (low | high) & mask;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Four<T>(ReadOnlySpan<T> v, int width)
        where T : unmanaged, IBinaryInteger<T>
    {
        ulong low = ulong.CreateTruncating(v[0]) | (ulong.CreateTruncating(v[1]) << width);
        ulong high = ulong.CreateTruncating(v[2]) | (ulong.CreateTruncating(v[3]) << width);
        return low | (high << (2 * width));
    }
}
