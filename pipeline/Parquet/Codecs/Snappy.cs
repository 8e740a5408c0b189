namespace SecondLook.Parquet.Codecs;

/// <summary>Decodes the raw snappy format, in which most other writers compress. Never writes it.</summary>
internal static class Snappy
{
    /// <summary>Decodes a block into a destination of exactly its length.</summary>
    /// <returns>False when the block is damaged or has another length.</returns>
    public static bool TryDecompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (!TryLength(source, out uint length, out int at) || length != (uint)destination.Length)
        {
            return false;
        }
        int to = 0;
        while (at < source.Length)
        {
            int tag = source[at++];
            int count = (tag >> 2) + 1;
            int extra = (tag & 3) switch { 0 => count > 60 ? count - 60 : 0, 1 => 1, 2 => 2, _ => 4 };
            if (extra > source.Length - at)
            {
                return false;
            }
            uint operand = 0;
            for (int i = 0; i < extra; i++)
            {
                operand |= (uint)source[at++] << (8 * i);
            }
            if ((tag & 3) == 0)
            {
                long literal = extra > 0 ? operand + 1L : count;
                if (literal > source.Length - at || literal > destination.Length - to)
                {
                    return false;
                }
                source.Slice(at, (int)literal).CopyTo(destination[to..]);
                at += (int)literal;
                to += (int)literal;
                continue;
            }
            long offset = operand;
            if ((tag & 3) == 1)
            {
                count = ((tag >> 2) & 7) + 4;
                offset |= (long)(tag >> 5) << 8;
            }
            if (offset == 0 || offset > to || count > destination.Length - to)
            {
                return false;
            }
            CopyBack(destination, to, (int)offset, count);
            to += count;
        }
        return to == destination.Length;
    }

    // A copy may read what it has just written: then the piece repeats, and only the part before `to` may be copied at once.
    private static void CopyBack(Span<byte> bytes, int to, int offset, int count)
    {
        while (count > 0)
        {
            int piece = Math.Min(count, offset);
            bytes.Slice(to - offset, piece).CopyTo(bytes[to..]);
            to += piece;
            count -= piece;
            offset += piece;
        }
    }

    private static bool TryLength(ReadOnlySpan<byte> source, out uint length, out int at)
    {
        length = 0;
        at = 0;
        for (int shift = 0; shift < 35 && at < source.Length; shift += 7)
        {
            byte b = source[at++];
            length |= (uint)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return true;
            }
        }
        return false;
    }
}
