using SecondLook.Parquet.Encodings;
using SecondLook.Parquet.Format;

namespace SecondLook.Parquet.Chunks;

/// <summary>Byte arrays, each behind its length.</summary>
internal readonly ref struct PlainByteArrays(ReadOnlySpan<byte> bytes, ReadOnlySpan<int> offsets) : IPageValues
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly ReadOnlySpan<int> _offsets = offsets;

    /// <inheritdoc/>
    public PageEncoding Append(int start, int count, bool nibbles, ByteBuffer body)
    {
        for (int i = start; i < start + count; i++)
        {
            body.AppendByteArray(_bytes[_offsets[i].._offsets[i + 1]]);
        }
        return PageEncoding.Plain;
    }

    /// <inheritdoc/>
    public void Describe(int page, ColumnStatistics statistics)
    {
        // Comparing every text of every page costs more than it can save; the chunk has a range.
    }
}
