using System.Runtime.InteropServices;
using SecondLook.Parquet.Encodings;
using SecondLook.Parquet.Format;

namespace SecondLook.Parquet.Chunks;

/// <summary>Integers as differences.</summary>
internal readonly ref struct DeltaValues<T>(ReadOnlySpan<T> values, DeltaEncoder encoder, PageRanges<T> ranges) : IPageValues
    where T : unmanaged
{
    private readonly ReadOnlySpan<T> _values = values;

    /// <inheritdoc/>
    public PageEncoding Append(int start, int count, bool nibbles, ByteBuffer body)
    {
        ReadOnlySpan<T> part = _values.Slice(start, count);
        if (typeof(T) == typeof(int) || typeof(T) == typeof(uint))
        {
            encoder.Encode(MemoryMarshal.Cast<T, int>(part), nibbles, body);
        }
        else
        {
            encoder.Encode(MemoryMarshal.Cast<T, long>(part), nibbles, body);
        }
        return PageEncoding.DeltaBinaryPacked;
    }

    /// <inheritdoc/>
    public void Describe(int page, ColumnStatistics statistics) => ranges.Describe(page, statistics);
}
