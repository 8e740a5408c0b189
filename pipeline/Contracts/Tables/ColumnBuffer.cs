using System.Numerics;
using SecondLook.Contracts.Events;
using SecondLook.Parquet;

namespace SecondLook.Contracts.Tables;

/// <summary>Values of one column of a row group under construction: non-null values packed, one validity bit a row.</summary>
public abstract class ColumnBuffer
{
    private ulong[] _validity = new ulong[16];

    /// <summary>Number of values set, that is of rows that are not null.</summary>
    public int Count { get; private protected set; }

    /// <summary>Validity of the first <paramref name="rows"/> rows, one bit a row; empty when no row is null.</summary>
    protected ReadOnlySpan<ulong> Validity(int rows) => Count == rows ? [] : ValidityWords(rows);

    /// <summary>Forgets all values.</summary>
    public void Clear()
    {
        Array.Clear(_validity);
        Count = 0;
    }

    /// <summary>Writes the column of <paramref name="rows"/> rows; rows never set are null.</summary>
    /// <exception cref="InvalidOperationException">A required column has rows without a value.</exception>
    public abstract void Write(RowGroupWriter writer, int rows);

    /// <summary>Marks rows as set, 64 at a time.</summary>
    /// <param name="row">First of the rows, any number.</param>
    /// <param name="bits">Bit i of word w stands for row + 64 w + i.</param>
    private protected void MarkWords(int row, ReadOnlySpan<ulong> bits)
    {
        int word = row >> 6;
        int shift = row & 63;
        if (word + bits.Length >= _validity.Length)
        {
            Array.Resize(ref _validity, (int)BitOperations.RoundUpToPowerOf2((uint)(word + bits.Length + 1)));
        }
        Span<ulong> validity = _validity.AsSpan(word, bits.Length + 1);
        for (int i = 0; i < bits.Length; i++)
        {
            validity[i] |= bits[i] << shift;
            validity[i + 1] |= shift == 0 ? 0 : bits[i] >> (64 - shift);
        }
    }

    private protected void Mark(int row)
    {
        int word = row >> 6;
        if (word >= _validity.Length)
        {
            Array.Resize(ref _validity, (int)BitOperations.RoundUpToPowerOf2((uint)word + 1));
        }
        _validity[word] |= 1UL << (row & 63);
    }

    private ReadOnlySpan<ulong> ValidityWords(int rows)
    {
        int words = (rows + 63) >> 6;
        if (words > _validity.Length)
        {
            Array.Resize(ref _validity, words);
        }
        return _validity.AsSpan(0, words);
    }
}

/// <summary>A buffer of <see cref="bool"/>, <see cref="int"/>, <see cref="long"/> or <see cref="double"/> values.</summary>
/// <typeparam name="T">The physical type of the column.</typeparam>
public sealed class ColumnBuffer<T> : ColumnBuffer
    where T : unmanaged
{
    private T[] _values = new T[64];

    /// <summary>Sets the value of a row; rows must come in ascending order, each at most once.</summary>
    public void Set(int row, T value)
    {
        if (Count == _values.Length)
        {
            Array.Resize(ref _values, Count * 2);
        }
        _values[Count++] = value;
        Mark(row);
    }

    /// <summary>Makes room for the values of consecutive rows.</summary>
    /// <param name="row">First of the rows.</param>
    /// <param name="bits">Bit i of word w is set when row + 64 w + i has a value.</param>
    /// <param name="count">Number of bits set.</param>
    /// <returns>Where the values go, one for each set bit, in order.</returns>
    public Span<T> Append(int row, ReadOnlySpan<ulong> bits, int count)
    {
        if (Count + count > _values.Length)
        {
            Array.Resize(ref _values, (int)BitOperations.RoundUpToPowerOf2((uint)(Count + count)));
        }
        MarkWords(row, bits);
        Span<T> span = _values.AsSpan(Count, count);
        Count += count;
        return span;
    }

    /// <inheritdoc/>
    public override void Write(RowGroupWriter writer, int rows)
    {
        ReadOnlySpan<ulong> validity = Validity(rows);
        switch (_values)
        {
            case bool[] values:
                writer.WriteBoolean(values.AsSpan(0, Count), validity);
                break;
            case int[] values:
                writer.WriteInt32(values.AsSpan(0, Count), validity);
                break;
            case long[] values:
                writer.WriteInt64(values.AsSpan(0, Count), validity);
                break;
            case double[] values:
                writer.WriteDouble(values.AsSpan(0, Count), validity);
                break;
            default:
                throw new InvalidOperationException($"No Parquet type stores {typeof(T).Name}.");
        }
    }
}

/// <summary>A buffer of strings, kept as ids of a <see cref="StringTable"/>.</summary>
/// <param name="strings">The table; shared when ids come from outside.</param>
public sealed class StringColumnBuffer(StringTable strings) : ColumnBuffer
{
    private int[] _ids = new int[64];

    /// <summary>Sets the string of a row; rows must come in ascending order, each at most once.</summary>
    public void Set(int row, string value) => SetId(row, strings.Intern(value.AsSpan()));

    /// <summary>Sets the string of a row by its id in the string table.</summary>
    public void SetId(int row, int id)
    {
        if (Count == _ids.Length)
        {
            Array.Resize(ref _ids, Count * 2);
        }
        _ids[Count++] = id;
        Mark(row);
    }

    /// <summary>Makes room for the string ids of consecutive rows, like <see cref="ColumnBuffer{T}.Append"/>.</summary>
    public Span<int> Append(int row, ReadOnlySpan<ulong> bits, int count)
    {
        if (Count + count > _ids.Length)
        {
            Array.Resize(ref _ids, (int)BitOperations.RoundUpToPowerOf2((uint)(Count + count)));
        }
        MarkWords(row, bits);
        Span<int> span = _ids.AsSpan(Count, count);
        Count += count;
        return span;
    }

    /// <summary>Strings of the ids, when they were put down beforehand; see <see cref="TableBuilder.Freeze"/>.</summary>
    internal Utf8Dictionary? Frozen { get; set; }

    /// <inheritdoc/>
    public override void Write(RowGroupWriter writer, int rows)
    {
        Utf8Dictionary dictionary = Frozen ?? Utf8Dictionary.Of(strings);
        writer.WriteIndexedByteArrays(_ids.AsSpan(0, Count), dictionary.Bytes, dictionary.Offsets, Validity(rows));
    }
}
