using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SecondLook.Parquet.Encodings;

/// <summary>
/// Packs unsigned numbers of a fixed width in bits, least significant bit first, and unpacks them.
/// </summary>
internal static class BitPacking
{
    /// <summary>How many numbers are packed at once: they take whole bytes at every width.</summary>
    public const int GroupValues = 32;

    /// <summary>Packs 32 numbers, each less a least one.</summary>
    /// <typeparam name="T">Unsigned 32- or 64-bit integer.</typeparam>
    /// <param name="values">The numbers.</param>
    /// <param name="least">Subtracted from each; what is left, modulo the type, is below 2^width.</param>
    /// <param name="width">Bits per number, 1 to 64.</param>
    /// <param name="destination">Room for 4 * width bytes and <see cref="ByteBuffer.Slack"/> more.</param>
    /// <returns>Bytes written: 4 * width.</returns>
    public static int Pack<T>(ReadOnlySpan<T> values, T least, int width, Span<byte> destination)
        where T : unmanaged, IBinaryInteger<T>
    {
        ref T first = ref MemoryMarshal.GetReference(values[..GroupValues]);
        ref byte to = ref MemoryMarshal.GetReference(destination[..((4 * width) + ByteBuffer.Slack)]);
        if (width <= 8)
        {
            GroupPacking.Bytes(Vector256.Narrow(Sixteen(ref first, least), Sixteen(ref Unsafe.Add(ref first, 16), least)), width, ref to);
        }
        else if (width <= 16)
        {
            GroupPacking.Words(Sixteen(ref first, least), width, ref to);
            GroupPacking.Words(Sixteen(ref Unsafe.Add(ref first, 16), least), width, ref Unsafe.Add(ref to, 2 * width));
        }
        else if (width % 4 == 0)
        {
            PackPairs(ref first, least, width, ref to);
        }
        else
        {
            PackWide(values, least, width, destination);
        }
        return 4 * width;
    }

    // Sixteen numbers below 2^16.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ushort> Sixteen<T>(ref T first, T least)
        where T : unmanaged, IBinaryInteger<T> =>
        Vector256.Narrow(Eight(ref first, least), Eight(ref Unsafe.Add(ref first, 8), least));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Eight<T>(ref T first, T least)
        where T : unmanaged, IBinaryInteger<T>
    {
        Vector256<T> lowest = Vector256.Create(least);
        if (Unsafe.SizeOf<T>() == 4)
        {
            return (Vector256.LoadUnsafe(ref first) - lowest).AsUInt32();
        }
        return Vector256.Narrow(
            (Vector256.LoadUnsafe(ref first) - lowest).AsUInt64(), (Vector256.LoadUnsafe(ref first, 4) - lowest).AsUInt64());
    }

    // Two numbers of whole nibbles take whole bytes, so no bits are carried from one pair to the next.
    private static void PackPairs<T>(ref T first, T least, int width, ref byte to)
        where T : unmanaged, IBinaryInteger<T>
    {
        int step = width / 4;
        for (int i = 0; i < GroupValues; i += 2)
        {
            ulong low = ulong.CreateTruncating(unchecked(Unsafe.Add(ref first, i) - least));
            ulong high = ulong.CreateTruncating(unchecked(Unsafe.Add(ref first, i + 1) - least));
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
    }

    private static void Store(ref byte to, ulong word) =>
        Unsafe.WriteUnaligned(ref to, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));

    private static void PackWide<T>(ReadOnlySpan<T> values, T least, int width, Span<byte> destination)
        where T : unmanaged, IBinaryInteger<T>
    {
        var sink = new BitSink(destination);
        if (width <= 32)
        {
            for (int i = 0; i < GroupValues; i += 2)
            {
                ulong low = ulong.CreateTruncating(unchecked(values[i] - least));
                sink.Put(low | (ulong.CreateTruncating(unchecked(values[i + 1] - least)) << width), 2 * width);
            }
        }
        else
        {
            for (int i = 0; i < GroupValues; i++)
            {
                sink.Put(ulong.CreateTruncating(unchecked(values[i] - least)), width);
            }
        }
        sink.End();
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
}
