using SecondLook.Parquet.Encodings;
using SecondLook.Parquet.Format;

namespace SecondLook.Parquet.Chunks;

/// <summary>The values of one chunk, ready to be cut into pages.</summary>
internal interface IPageValues
{
    /// <summary>Appends the values of one page and says how they are encoded.</summary>
    /// <param name="start">First value, counted among those that are not null.</param>
    /// <param name="count">Number of values.</param>
    /// <param name="nibbles">Whether differences may take whole nibbles, for a codec.</param>
    /// <param name="body">The page.</param>
    PageEncoding Append(int start, int count, bool nibbles, ByteBuffer body);

    /// <summary>Gives the range of one page's values, where it is known.</summary>
    /// <param name="page">Number of the page.</param>
    /// <param name="statistics">Receives the range.</param>
    void Describe(int page, ColumnStatistics statistics);
}
