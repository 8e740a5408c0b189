using System.Runtime.InteropServices;
using SecondLook.Parquet.Encodings;
using SecondLook.Parquet.Format;

namespace SecondLook.Parquet.Chunks;

/// <summary>Fixed-length values as they are.</summary>
internal readonly ref struct PlainValues<T>(ReadOnlySpan<T> values, PageRanges<T> ranges) : IPageValues
    where T : unmanaged
{
    private readonly ReadOnlySpan<T> _values = values;

    /// <inheritdoc/>
    public PageEncoding Append(int start, int count, bool nibbles, ByteBuffer body)
    {
        body.Append(MemoryMarshal.AsBytes(_values.Slice(start, count)));
        return PageEncoding.Plain;
    }

    /// <inheritdoc/>
    public void Describe(int page, ColumnStatistics statistics) => ranges.Describe(page, statistics);
}
