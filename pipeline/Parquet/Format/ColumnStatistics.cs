using System.Runtime.InteropServices;

namespace SecondLook.Parquet.Format;

/// <summary>Least and greatest value and the number of nulls of a page or a chunk, as bytes that go into the file.</summary>
internal sealed class ColumnStatistics
{
    /// <summary>Longer byte arrays get no statistics: they would weigh more than they help.</summary>
    public const int MaxBytes = 64;

    private readonly byte[] _min = new byte[MaxBytes];
    private readonly byte[] _max = new byte[MaxBytes];
    private int _minLength = -1;
    private int _maxLength;

    /// <summary>Rows without a value.</summary>
    public long NullCount { get; set; }

    /// <summary>Whether there is a least and a greatest value.</summary>
    public bool HasRange => _minLength >= 0;

    /// <summary>The least value in PLAIN form, for byte arrays without a length.</summary>
    public ReadOnlySpan<byte> Min => _min.AsSpan(0, _minLength);

    /// <summary>The greatest value in PLAIN form.</summary>
    public ReadOnlySpan<byte> Max => _max.AsSpan(0, _maxLength);

    /// <summary>Forgets the range and sets the number of nulls.</summary>
    public void Reset(long nullCount)
    {
        NullCount = nullCount;
        _minLength = -1;
    }

    /// <summary>Sets the range of a column of numbers.</summary>
    public void SetRange<T>(T min, T max)
        where T : unmanaged =>
        SetRange(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in min)), MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in max)));

    /// <summary>Sets the range, unless a bound is too long to be worth keeping.</summary>
    public void SetRange(ReadOnlySpan<byte> min, ReadOnlySpan<byte> max)
    {
        if (min.Length > MaxBytes || max.Length > MaxBytes)
        {
            return;
        }
        min.CopyTo(_min);
        max.CopyTo(_max);
        _minLength = min.Length;
        _maxLength = max.Length;
    }
}
