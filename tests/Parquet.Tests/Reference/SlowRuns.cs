namespace SecondLook.Parquet.Tests.Reference;

/// <summary>The RLE/bit-packing hybrid, bit by bit.</summary>
internal static class SlowRuns
{
    public static List<uint> Decode(byte[] bytes, int width, int count)
    {
        var values = new List<uint>();
        int at = 0;
        while (values.Count < count)
        {
            ulong header = 0;
            int shift = 0;
            do
            {
                header |= (ulong)(bytes[at] & 127) << shift;
                shift += 7;
            }
            while (bytes[at++] > 127);
            if ((header & 1) == 0)
            {
                uint value = (uint)SlowBits.Get(bytes.AsSpan(at), 0, (width + 7) / 8 * 8);
                at += (width + 7) / 8;
                values.AddRange(Enumerable.Repeat(value, (int)(header >> 1)));
            }
            else
            {
                int literal = (int)(header >> 1) * 8;
                for (int i = 0; i < literal; i++)
                {
                    values.Add((uint)SlowBits.Get(bytes.AsSpan(at), (long)i * width, width));
                }
                at += literal * width / 8;
            }
        }
        Assert.Equal(bytes.Length, at);
        Assert.True(values.Count - count < 8, "More padding than a group has.");
        Assert.All(values.Skip(count), v => Assert.Equal(0u, v));
        return values[..count];
    }

    /// <summary>Encodes with runs and literals of random length, as a foreign writer might.</summary>
    public static byte[] Encode(uint[] values, int width, SeededRandom random)
    {
        var bits = new SlowBits();
        int i = 0;
        while (i < values.Length)
        {
            int run = 1;
            while (i + run < values.Length && values[i + run] == values[i])
            {
                run++;
            }
            int take = 1 + random.Below(run);
            if (take > 2 || random.Below(4) == 0)
            {
                bits.PutVarint((ulong)take << 1);
                bits.Put(values[i], (width + 7) / 8 * 8);
                i += take;
            }
            else
            {
                int groups = 1 + random.Below(5);
                bits.PutVarint(((ulong)groups << 1) | 1);
                for (int k = 0; k < groups * 8; k++, i++)
                {
                    bits.Put(i < values.Length ? values[i] : 0, width);
                }
            }
        }
        return bits.ToBytes();
    }
}
