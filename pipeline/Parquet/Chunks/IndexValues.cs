using SecondLook.Parquet.Encodings;
using SecondLook.Parquet.Format;

namespace SecondLook.Parquet.Chunks;

/// <summary>Indices into the chunk's dictionary.</summary>
internal readonly struct IndexValues<T>(IndexScratch indices, PageRanges<T>? ranges) : IPageValues
    where T : unmanaged
{
    /// <inheritdoc/>
    public PageEncoding Append(int start, int count, bool nibbles, ByteBuffer body)
    {
        indices.Append(start, count, body);
        return PageEncoding.RleDictionary;
    }

    /// <inheritdoc/>
    public void Describe(int page, ColumnStatistics statistics) => ranges?.Describe(page, statistics);
}
