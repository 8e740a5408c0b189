namespace SecondLook.Parquet.Tests.Reference;

/// <summary>DELTA_BINARY_PACKED as its specification tells it, bit by bit, for any block and group size.</summary>
internal static class SlowDelta
{
    /// <summary>
    /// Encodes values (32-bit ones sign-extended) whose differences wrap around at 32 or 64 bits; widths are multiples of a step.
    /// </summary>
    public static byte[] Encode(long[] values, int typeBits, int blockValues, int groups, int widthStep = 1)
    {
        var bits = new SlowBits();
        bits.PutVarint((ulong)blockValues);
        bits.PutVarint((ulong)groups);
        bits.PutVarint((ulong)values.Length);
        bits.PutZigZag(values.Length == 0 ? 0 : values[0]);
        int groupValues = blockValues / groups;
        for (int start = 1; start < values.Length; start += blockValues)
        {
            int count = Math.Min(blockValues, values.Length - start);
            var deltas = new long[count];
            for (int i = 0; i < count; i++)
            {
                long delta = unchecked(values[start + i] - values[start + i - 1]);
                deltas[i] = typeBits == 32 ? (int)delta : delta;
            }
            long least = deltas.Min();
            bits.PutZigZag(least);
            var relative = new ulong[blockValues];
            for (int i = 0; i < count; i++)
            {
                relative[i] = unchecked((ulong)(deltas[i] - least));
                relative[i] = typeBits == 32 ? (uint)relative[i] : relative[i];
            }
            int[] widths = [.. relative.Chunk(groupValues).Select(g => g.Max(v => v == 0 ? 0 : 1 + (int)Math.Floor(Log2(v))))];
            widths = [.. widths.Select(w => (w + widthStep - 1) / widthStep * widthStep)];
            bits.PutBytes(widths.Select(w => (byte)w));
            for (int g = 0; g < groups && g * groupValues < count; g++)
            {
                foreach (ulong value in relative.AsSpan(g * groupValues, groupValues))
                {
                    bits.Put(value, widths[g]);
                }
            }
        }
        return bits.ToBytes();
    }

    private static double Log2(ulong value)
    {
        int log = 0;
        while ((value >>= 1) != 0)
        {
            log++;
        }
        return log;
    }
}
