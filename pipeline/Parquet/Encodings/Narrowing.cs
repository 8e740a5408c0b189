using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SecondLook.Parquet.Encodings;

/// <summary>Turns integers of a small range into bytes, a vector at a time.</summary>
internal static class Narrowing
{
    /// <summary>Stores <c>(value - min) >> shift</c>, which must fit a byte.</summary>
    /// <param name="values">The integers.</param>
    /// <param name="min">Their least.</param>
    /// <param name="shift">Trailing zeros that all differences share.</param>
    /// <param name="bytes">Receives one byte per value.</param>
    public static void ToBytes<T>(ReadOnlySpan<T> values, T min, int shift, Span<byte> bytes)
        where T : unmanaged, IBinaryInteger<T>
    {
        int i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            Vector256<T> least = Vector256.Create(min);
            for (; i + Vector256<byte>.Count <= values.Length; i += Vector256<byte>.Count)
            {
                ReadOnlySpan<T> part = values.Slice(i, Vector256<byte>.Count);
                Vector256<byte> narrow = Vector256.Narrow(
                    Vector256.Narrow(Four(part, least, shift, 0), Four(part, least, shift, 1)),
                    Vector256.Narrow(Four(part, least, shift, 2), Four(part, least, shift, 3)));
                narrow.CopyTo(bytes[i..]);
            }
        }
        for (; i < values.Length; i++)
        {
            bytes[i] = byte.CreateTruncating((values[i] - min) >>> shift);
        }
    }

    /// <summary>Stores words that fit a byte in as many bytes.</summary>
    /// <param name="words">The words.</param>
    /// <param name="bytes">Receives one byte per word.</param>
    public static void ToBytes(ReadOnlySpan<ushort> words, Span<byte> bytes)
    {
        int i = 0;
        for (; i + Vector256<byte>.Count <= words.Length; i += Vector256<byte>.Count)
        {
            ReadOnlySpan<ushort> part = words.Slice(i, Vector256<byte>.Count);
            Vector256.Narrow(Vector256.Create(part), Vector256.Create(part[Vector256<ushort>.Count..])).CopyTo(bytes[i..]);
        }
        for (; i < words.Length; i++)
        {
            bytes[i] = (byte)words[i];
        }
    }

    /// <summary>How many low bits are zero in every difference to the least value.</summary>
    public static int CommonZeros<T>(ReadOnlySpan<T> values, T min)
        where T : unmanaged, IBinaryInteger<T>
    {
        const int Piece = 1024;
        ulong union = 0;
        for (int start = 0; start < values.Length && (union & 1) == 0; start += Piece)
        {
            foreach (T value in values.Slice(start, Math.Min(Piece, values.Length - start)))
            {
                union |= ulong.CreateTruncating(value - min);
            }
        }
        return union == 0 ? 0 : BitOperations.TrailingZeroCount(union);
    }

    // Quarter q of the 32 values, as eight 32-bit differences.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Four<T>(ReadOnlySpan<T> part, Vector256<T> least, int shift, int q)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (Unsafe.SizeOf<T>() == 4)
        {
            return ((Vector256.Create(part[(q * 8)..]) - least).AsUInt32()) >>> shift;
        }
        Vector256<ulong> low = (Vector256.Create(part[(q * 8)..]) - least).AsUInt64() >>> shift;
        Vector256<ulong> high = (Vector256.Create(part[((q * 8) + 4)..]) - least).AsUInt64() >>> shift;
        return Vector256.Narrow(low, high);
    }
}
