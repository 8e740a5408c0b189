using SecondLook.Parquet.Encodings;
using SecondLook.Parquet.Format;

namespace SecondLook.Parquet.Chunks;

/// <summary>One value throughout: index 0 of a dictionary of one entry.</summary>
internal readonly struct ConstantValues(ColumnStatistics range) : IPageValues
{
    /// <inheritdoc/>
    public PageEncoding Append(int start, int count, bool nibbles, ByteBuffer body)
    {
        body.AppendByte(1);
        if (count > 0)
        {
            IndexEncoder.AppendRun<byte>(count, 0, 1, body);
        }
        return PageEncoding.RleDictionary;
    }

    /// <inheritdoc/>
    public void Describe(int page, ColumnStatistics statistics)
    {
        if (range.HasRange)
        {
            statistics.SetRange(range.Min, range.Max);
        }
    }
}
