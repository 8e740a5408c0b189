using System.Buffers.Binary;
using System.Numerics;

namespace SecondLook.Parquet.Encodings;

/// <summary>Reads and writes pieces of bitmaps that begin at any bit.</summary>
internal static class BitRange
{
    /// <summary>Writes a run of equal bits.</summary>
    public static void Fill(Span<ulong> bits, int start, int count, bool value)
    {
        while (count > 0)
        {
            int shift = start & 63;
            int take = Math.Min(count, 64 - shift);
            ulong mask = (ulong.MaxValue >> (64 - take)) << shift;
            ref ulong word = ref bits[start >> 6];
            word = value ? word | mask : word & ~mask;
            start += take;
            count -= take;
        }
    }

    /// <summary>Writes up to 64 bits.</summary>
    public static void Put(Span<ulong> bits, int start, int count, ulong value)
    {
        int shift = start & 63;
        ulong mask = ulong.MaxValue >> (64 - count);
        value &= mask;
        ref ulong word = ref bits[start >> 6];
        word = (word & ~(mask << shift)) | (value << shift);
        if (shift + count > 64)
        {
            ref ulong next = ref bits[(start >> 6) + 1];
            next = (next & ~(mask >> (64 - shift))) | (value >> (64 - shift));
        }
    }

    /// <summary>Reads up to 64 bits.</summary>
    public static ulong Get(ReadOnlySpan<ulong> bits, int start, int count)
    {
        int shift = start & 63;
        ulong value = bits[start >> 6] >> shift;
        if (shift + count > 64)
        {
            value |= bits[(start >> 6) + 1] << (64 - shift);
        }
        return value & (ulong.MaxValue >> (64 - count));
    }

    /// <summary>Decodes levels of one bit, or booleans in runs, into a bitmap.</summary>
    /// <returns>How many of the bits are set.</returns>
    public static int Decode(ByteCursor runs, Span<ulong> bits, int start, int count)
    {
        var reader = new RunReader(runs, 1);
        int set = 0;
        while (count > 0)
        {
            int take = reader.Next(count);
            if (reader.IsLiteral)
            {
                ReadOnlySpan<byte> literal = reader.Literal;
                for (int i = 0; i < take; i += 64)
                {
                    int part = Math.Min(64, take - i);
                    ulong word = BinaryPrimitives.ReadUInt64LittleEndian(literal[(i >> 3)..]) & (ulong.MaxValue >> (64 - part));
                    Put(bits, start + i, part, word);
                    set += BitOperations.PopCount(word);
                }
            }
            else
            {
                if (reader.Value > 1)
                {
                    throw reader.Error($"a level of {reader.Value}, expected 0 or 1");
                }
                Fill(bits, start, take, reader.Value != 0);
                set += reader.Value != 0 ? take : 0;
            }
            start += take;
            count -= take;
        }
        return set;
    }

    /// <summary>
    /// Moves values that lie without gaps at the front to the rows that have one, in place and from the back; other rows get the default.
    /// </summary>
    /// <param name="rows">One element per row.</param>
    /// <param name="valueCount">Values at the front.</param>
    /// <param name="validity">The bitmap.</param>
    /// <param name="firstBit">The bit of the first row.</param>
    public static void Spread<T>(Span<T> rows, int valueCount, ReadOnlySpan<ulong> validity, int firstBit)
    {
        int end = rows.Length;
        int from = valueCount;
        while (end > from)
        {
            int count = end % 64 == 0 ? 64 : end % 64;
            int begin = end - count;
            ulong word = Get(validity, firstBit + begin, count);
            int set = BitOperations.PopCount(word);
            from -= set;
            if (set == count)
            {
                rows.Slice(from, count).CopyTo(rows[begin..]);
            }
            else if (set == 0)
            {
                rows.Slice(begin, count).Clear();
            }
            else
            {
                int source = from + set;
                for (int i = count - 1; i >= 0; i--)
                {
                    rows[begin + i] = (word >> i & 1) != 0 ? rows[--source] : default!;
                }
            }
            end = begin;
        }
    }
}
