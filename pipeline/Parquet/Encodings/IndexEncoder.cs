using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SecondLook.Parquet.Encodings;

/// <summary>Writes dictionary indices in the RLE/bit-packing hybrid.</summary>
/// <remarks>
/// Indices come as bytes or 16-bit numbers, so that eight of them are one or two words: equality of a group is one comparison, and
/// packing a group is two or three shifts of a whole word.
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
        int i = 0;
        while (i + 8 <= indices.Length)
        {
            if (!IsUniform(indices, i))
            {
                i += 8;
                continue;
            }
            T value = indices[i];
            int length = indices[i..].IndexOfAnyExcept(value);
            length = length < 0 ? indices.Length - i : length;
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsUniform<T>(ReadOnlySpan<T> indices, int at)
        where T : unmanaged, IBinaryInteger<T>
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(indices.Slice(at, 8));
        ulong first = MemoryMarshal.Read<ulong>(bytes);
        return Unsafe.SizeOf<T>() == 1
            ? first == (first & 0xFF) * 0x0101010101010101
            : first == (first & 0xFFFF) * 0x0001000100010001 && first == MemoryMarshal.Read<ulong>(bytes[8..]);
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
        int whole = indices.Length & ~7;
        int at = 0;
        for (int i = 0; i < whole; i += 8)
        {
            PackGroup(indices.Slice(i, 8), width, room[at..]);
            at += width;
        }
        if (whole < indices.Length)
        {
            Span<T> last = stackalloc T[8];
            last.Clear();
            indices[whole..].CopyTo(last);
            PackGroup((ReadOnlySpan<T>)last, width, room[at..]);
        }
        output.Commit(groups * width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PackGroup<T>(scoped ReadOnlySpan<T> group, int width, Span<byte> room)
        where T : unmanaged, IBinaryInteger<T>
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(group);
        if (Unsafe.SizeOf<T>() == 1)
        {
            ulong word = MemoryMarshal.Read<ulong>(bytes);
            word = (word & 0x00FF00FF00FF00FF) | ((word & 0xFF00FF00FF00FF00) >> (8 - width));
            word = (word & 0x0000FFFF0000FFFF) | ((word & 0xFFFF0000FFFF0000) >> (16 - (2 * width)));
            word = (word & 0x00000000FFFFFFFF) | (word >> 32 << (4 * width));
            MemoryMarshal.Write(room, word);
        }
        else
        {
            ulong low = MergeFour(MemoryMarshal.Read<ulong>(bytes), width);
            ulong high = MergeFour(MemoryMarshal.Read<ulong>(bytes[8..]), width);
            BitPacking.StoreEight(low, high, width, room);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong MergeFour(ulong word, int width)
    {
        word = (word & 0x0000FFFF0000FFFF) | ((word & 0xFFFF0000FFFF0000) >> (16 - width));
        return (word & 0x00000000FFFFFFFF) | (word >> 32 << (2 * width));
    }
}
