using SecondLook.Parquet.Encodings;

namespace SecondLook.Parquet.Chunks;

/// <summary>Writes a chunk in which every value is the same: a dictionary of one entry and one run a page.</summary>
internal static class ConstantChunk
{
    /// <summary>Chunks of fewer values are written like any other.</summary>
    public const int MinValues = 16;

    /// <summary>Writes the pages; the range of the chunk must be set before.</summary>
    /// <param name="chunk">The chunk that was begun.</param>
    /// <param name="value">The value's bytes.</param>
    /// <param name="hasLength">Whether PLAIN wants a length in front.</param>
    /// <param name="validity">One bit per row, or empty.</param>
    public static void Write(ChunkWriter chunk, ReadOnlySpan<byte> value, bool hasLength, ReadOnlySpan<ulong> validity)
    {
        bool hasMixedLevels = chunk.Record.Statistics.NullCount > 0;
        if (!hasMixedLevels && value.Length <= 64)
        {
            chunk.SkipCompression();
        }
        ByteBuffer dictionary = chunk.BeginDictionary();
        if (hasLength)
        {
            dictionary.AppendByteArray(value);
        }
        else
        {
            dictionary.Append(value);
        }
        chunk.EndDictionary(1);
        chunk.WritePages(new ConstantValues(chunk.Record.Statistics), validity);
    }
}
