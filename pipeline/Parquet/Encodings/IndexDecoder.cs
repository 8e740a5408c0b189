namespace SecondLook.Parquet.Encodings;

/// <summary>Reads dictionary indices and looks them up; every index is checked against the dictionary.</summary>
internal static class IndexDecoder
{
    private const int Batch = 1024;

    /// <summary>Decodes as many values as the span holds.</summary>
    /// <param name="cursor">The width byte and the runs.</param>
    /// <param name="dictionary">The entries.</param>
    /// <param name="values">Receives the entries that the indices name.</param>
    public static void Decode<T>(ref ByteCursor cursor, ReadOnlySpan<T> dictionary, Span<T> values)
    {
        if (values.IsEmpty)
        {
            return;
        }
        int width = cursor.Byte("the width of the indices");
        var runs = new RunReader(cursor.TakeCursor(cursor.Left, "the indices"), width);
        Span<ulong> batch = stackalloc ulong[Batch];
        int done = 0;
        while (done < values.Length)
        {
            int take = runs.Next(values.Length - done);
            Span<T> part = values.Slice(done, take);
            if (!runs.IsLiteral)
            {
                part.Fill(Entry(dictionary, runs.Value, ref runs));
            }
            else
            {
                for (int i = 0; i < take; i += Batch)
                {
                    // A batch is a multiple of eight values, so every batch begins at a whole byte.
                    Span<ulong> indices = batch[..Math.Min(Batch, take - i)];
                    BitPacking.Unpack(runs.Literal[(int)((long)i * width / 8)..], width, indices);
                    LookUp(dictionary, indices, part[i..], ref runs);
                }
            }
            done += take;
        }
    }

    private static void LookUp<T>(ReadOnlySpan<T> dictionary, scoped ReadOnlySpan<ulong> indices, Span<T> values, ref RunReader runs)
    {
        for (int i = 0; i < indices.Length; i++)
        {
            ulong index = indices[i];
            if (index >= (ulong)dictionary.Length)
            {
                throw runs.Error($"the index {index}, but the dictionary has {dictionary.Length} entries");
            }
            values[i] = dictionary[(int)index];
        }
    }

    private static T Entry<T>(ReadOnlySpan<T> dictionary, uint index, ref RunReader runs) =>
        index < (uint)dictionary.Length
            ? dictionary[(int)index]
            : throw runs.Error($"the index {index}, but the dictionary has {dictionary.Length} entries");
}
