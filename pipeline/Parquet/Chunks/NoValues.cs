using SecondLook.Parquet.Encodings;
using SecondLook.Parquet.Format;

namespace SecondLook.Parquet.Chunks;

/// <summary>No values at all: every row is null.</summary>
internal readonly struct NoValues : IPageValues
{
    /// <inheritdoc/>
    public PageEncoding Append(int start, int count, bool nibbles, ByteBuffer body) => PageEncoding.Plain;

    /// <inheritdoc/>
    public void Describe(int page, ColumnStatistics statistics)
    {
    }
}
