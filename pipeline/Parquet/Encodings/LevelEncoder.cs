using System.Buffers.Binary;
using System.Numerics;

namespace SecondLook.Parquet.Encodings;

/// <summary>
/// Writes one-bit levels (and booleans as runs) in the RLE/bit-packing hybrid, straight from words of bits: a word of equal bits
/// prolongs a run, any other word is copied, since bit-packing with width 1 is the bitmap itself.
/// </summary>
internal static class LevelEncoder
{
    /// <summary>Appends the levels without a length in front.</summary>
    /// <param name="bits">One bit per value, least significant first; bits beyond <paramref name="count"/> are ignored.</param>
    /// <param name="count">Number of values.</param>
    /// <param name="output">Receives the runs.</param>
    public static void Encode(ReadOnlySpan<ulong> bits, int count, ByteBuffer output)
    {
        int words = (count + 63) >> 6;
        int word = 0;
        while (word < words)
        {
            ulong first = Word(bits, word, count);
            int end = word + 1;
            if (first is 0 or ulong.MaxValue)
            {
                while (end < words && Word(bits, end, count, first) == first)
                {
                    end++;
                }
                AppendRun(Math.Min(count, end << 6) - (word << 6), first != 0, output);
            }
            else if (end == words && IsUniform(first, count))
            {
                AppendRun(count - (word << 6), (first & 1) != 0, output);
            }
            else
            {
                while (end < words && Word(bits, end, count) is not (0 or ulong.MaxValue))
                {
                    end++;
                }
                AppendLiteral(bits[word..end], Math.Min(count, end << 6) - (word << 6), output);
            }
            word = end;
        }
    }

    /// <summary>Appends one run of equal values.</summary>
    public static void AppendRun(int count, bool value, ByteBuffer output)
    {
        output.AppendVarint((ulong)count << 1);
        output.AppendByte(value ? (byte)1 : (byte)0);
    }

    /// <summary>Counts set bits among the first <paramref name="count"/>.</summary>
    public static int CountSet(ReadOnlySpan<ulong> bits, int count)
    {
        int set = 0;
        int whole = count >> 6;
        foreach (ulong word in bits[..whole])
        {
            set += BitOperations.PopCount(word);
        }
        int rest = count & 63;
        return rest == 0 ? set : set + BitOperations.PopCount(bits[whole] & (ulong.MaxValue >> (64 - rest)));
    }

    // The last word counts only its first bits; what lies beyond is taken as `filler`, so that it prolongs a run that it continues.
    private static ulong Word(ReadOnlySpan<ulong> bits, int word, int count, ulong filler = 0)
    {
        int rest = count - (word << 6);
        if (rest >= 64)
        {
            return bits[word];
        }
        ulong mask = ulong.MaxValue >> (64 - rest);
        return (bits[word] & mask) | (filler & ~mask);
    }

    private static bool IsUniform(ulong last, int count)
    {
        int rest = count & 63;
        return rest != 0 && last == ulong.MaxValue >> (64 - rest);
    }

    private static void AppendLiteral(ReadOnlySpan<ulong> bits, int count, ByteBuffer output)
    {
        int groups = (count + 7) >> 3;
        output.AppendVarint(((ulong)groups << 1) | 1);
        Span<byte> room = output.Reserve(groups + 8);
        for (int i = 0; i < bits.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(room[(i * 8)..], bits[i]);
        }
        if ((count & 7) != 0)
        {
            // Bits that belong to no value are zero, so that equal columns give equal bytes.
            room[groups - 1] &= (byte)((1 << (count & 7)) - 1);
        }
        output.Commit(groups);
    }
}
