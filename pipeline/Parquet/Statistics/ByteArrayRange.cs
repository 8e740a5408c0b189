using SecondLook.Parquet.Format;

namespace SecondLook.Parquet.Statistics;

/// <summary>Keeps track of the least and the greatest of several byte arrays, byte by byte and unsigned.</summary>
internal struct ByteArrayRange
{
    private int _minStart;
    private int _minEnd;
    private int _maxStart;
    private int _maxEnd;
    private bool _hasAny;

    /// <summary>Adds one byte array, given by its place.</summary>
    public void Add(ReadOnlySpan<byte> bytes, int start, int end)
    {
        ReadOnlySpan<byte> value = bytes[start..end];
        if (!_hasAny || value.SequenceCompareTo(bytes[_minStart.._minEnd]) < 0)
        {
            (_minStart, _minEnd) = (start, end);
        }
        if (!_hasAny || value.SequenceCompareTo(bytes[_maxStart.._maxEnd]) > 0)
        {
            (_maxStart, _maxEnd) = (start, end);
        }
        _hasAny = true;
    }

    /// <summary>Copies the range into statistics; the bytes must be those that the places refer to.</summary>
    public readonly void Describe(ReadOnlySpan<byte> bytes, ColumnStatistics statistics)
    {
        if (_hasAny)
        {
            statistics.SetRange(bytes[_minStart.._minEnd], bytes[_maxStart.._maxEnd]);
        }
    }
}
