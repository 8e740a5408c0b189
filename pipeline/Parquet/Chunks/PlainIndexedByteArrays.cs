using SecondLook.Parquet.Encodings;
using SecondLook.Parquet.Format;

namespace SecondLook.Parquet.Chunks;

/// <summary>Byte arrays taken out of a caller's dictionary, each behind its length.</summary>
internal readonly ref struct PlainIndexedByteArrays(ReadOnlySpan<int> indices, ReadOnlySpan<byte> bytes, ReadOnlySpan<int> offsets)
    : IPageValues
{
    private readonly ReadOnlySpan<int> _indices = indices;
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly ReadOnlySpan<int> _offsets = offsets;

    /// <inheritdoc/>
    public PageEncoding Append(int start, int count, bool nibbles, ByteBuffer body)
    {
        foreach (int index in _indices.Slice(start, count))
        {
            body.AppendByteArray(_bytes[_offsets[index].._offsets[index + 1]]);
        }
        return PageEncoding.Plain;
    }

    /// <inheritdoc/>
    public void Describe(int page, ColumnStatistics statistics)
    {
    }
}
