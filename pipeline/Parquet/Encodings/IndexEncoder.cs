using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SecondLook.Parquet.Encodings;

/// <summary>Writes dictionary indices in the RLE/bit-packing hybrid.</summary>
/// <remarks>
/// Indices come as bytes or 16-bit numbers, so that eight of them are one or two words: equality of a group is one comparison, and
/// packing a group is two or three shifts of a whole word, see <see cref="GroupPacking"/>.
/// </remarks>
internal static class IndexEncoder
{
    // A run interrupts the literal before it, which costs about four bytes; shorter runs are left in the literal.
    private const int MinRunBytes = 8;

    /// <summary>Appends the width byte and the runs.</summary>
    /// <typeparam name="T">Byte for dictionaries of up to 256 entries, otherwise 16 bits.</typeparam>
    /// <param name="indices">The indices of one page.</param>
    /// <param name="width">Bits per index, 1 to 8 for bytes and 9 to 16 otherwise.</param>
    /// <param name="output">Receives the runs.</param>
    public static void Encode<T>(ReadOnlySpan<T> indices, int width, ByteBuffer output)
        where T : unmanaged, IBinaryInteger<T>
    {
        output.AppendByte((byte)width);
        int minRun = Math.Max(16, MinRunBytes * 8 / width);
        int literal = 0;
        for (int i = FindUniform(indices, 0); i >= 0; i = FindUniform(indices, i))
        {
            T value = indices[i];
            int length = RunLength(indices[i..]);
            if (length < minRun)
            {
                i += length & ~7;
                continue;
            }
            AppendLiteral(indices[literal..i], width, output);
            AppendRun(length, value, width, output);
            i += length;
            literal = i;
        }
        AppendLiteral(indices[literal..], width, output);
    }

    /// <summary>Appends one run of equal indices.</summary>
    public static void AppendRun<T>(int length, T value, int width, ByteBuffer output)
        where T : unmanaged, IBinaryInteger<T>
    {
        output.AppendVarint((ulong)length << 1);
        int index = int.CreateTruncating(value);
        output.AppendByte((byte)index);
        if (width > 8)
        {
            output.AppendByte((byte)(index >> 8));
        }
    }

    /// <summary>Finds the next of the groups of eight from a place on whose indices are all the same.</summary>
    /// <returns>Where it begins, or -1.</returns>
    private static int FindUniform<T>(ReadOnlySpan<T> indices, int start)
        where T : unmanaged, IBinaryInteger<T>
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(indices);
        int size = Unsafe.SizeOf<T>();
        int at = start * size;
        for (; at + Vector256<byte>.Count <= bytes.Length; at += Vector256<byte>.Count)
        {
            Vector256<ulong> words = Vector256.LoadUnsafe(in MemoryMarshal.GetReference(bytes), (nuint)at).AsUInt64();
            uint equal;
            if (size == 1)
            {
                equal = Vector256.Equals(words, (words << 8) | (words >> 56)).ExtractMostSignificantBits();
            }
            else
            {
                // A group is two words: each the same throughout, and the same as the other.
                uint each = Vector256.Equals(words, (words << 16) | (words >> 48)).ExtractMostSignificantBits();
                uint both = Vector256.Equals(words, Vector256.Shuffle(words, Vector256.Create(1UL, 0, 3, 2))).ExtractMostSignificantBits();
                equal = each & both & (each >> 1) & 5;
            }
            if (equal != 0)
            {
                return (at / size) + (BitOperations.TrailingZeroCount(equal) * 8 / size);
            }
        }
        for (int i = at / size; i + 8 <= indices.Length; i += 8)
        {
            if (indices.Slice(i, 8).IndexOfAnyExcept(indices[i]) < 0)
            {
                return i;
            }
        }
        return -1;
    }

    // Most runs are short: calling a search for each would cost more than the search.
    private static int RunLength<T>(ReadOnlySpan<T> indices)
        where T : unmanaged, IBinaryInteger<T>
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(indices);
        ulong first = MemoryMarshal.Read<ulong>(bytes);
        int at = 8;
        for (; at + 8 <= bytes.Length; at += 8)
        {
            ulong change = MemoryMarshal.Read<ulong>(bytes[at..]) ^ first;
            if (change != 0)
            {
                return ((at * 8) + BitOperations.TrailingZeroCount(change)) / (8 * Unsafe.SizeOf<T>());
            }
        }
        int length = at / Unsafe.SizeOf<T>();
        while (length < indices.Length && indices[length] == indices[0])
        {
            length++;
        }
        return length;
    }

    private static void AppendLiteral<T>(ReadOnlySpan<T> indices, int width, ByteBuffer output)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (indices.IsEmpty)
        {
            return;
        }
        int groups = (indices.Length + 7) >> 3;
        output.AppendVarint(((ulong)groups << 1) | 1);
        Span<byte> room = output.Reserve(groups * width);
        int whole = indices.Length >> 3;
        Pack(indices, whole, width, room);
        if (whole < groups)
        {
            Span<T> last = stackalloc T[8];
            last.Clear();
            indices[(whole * 8)..].CopyTo(last);
            Pack((ReadOnlySpan<T>)last, 1, width, room[(whole * width)..]);
        }
        output.Commit(groups * width);
    }

    private static void Pack<T>(ReadOnlySpan<T> indices, int groups, int width, Span<byte> room)
        where T : unmanaged, IBinaryInteger<T>
    {
        ref T first = ref MemoryMarshal.GetReference(indices);
        if (Unsafe.SizeOf<T>() == 1)
        {
            GroupPacking.Bytes(in Unsafe.As<T, byte>(ref first), groups, width, ref MemoryMarshal.GetReference(room));
        }
        else
        {
            GroupPacking.Words(in Unsafe.As<T, ushort>(ref first), groups, width, ref MemoryMarshal.GetReference(room));
        }
    }
}
