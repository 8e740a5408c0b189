using System.Numerics;
using SecondLook.Contracts.Events;
using SecondLook.Parquet;

namespace SecondLook.Contracts.Tables;

/// <summary>Values of one column of a row group under construction: non-null values packed, one validity bit a row.</summary>
public abstract class ColumnBuffer
{
    private ulong[] _validity = new ulong[16];
    private bool _anyBits;

    // So many rows from the first on have values, and no bits yet: most columns never need any.
    private int _unmarked;

    /// <summary>Number of values set, that is of rows that are not null.</summary>
    public int Count { get; private protected set; }

    /// <summary>Validity of the first <paramref name="rows"/> rows, one bit a row; empty when no row is null.</summary>
    protected ReadOnlySpan<ulong> Validity(int rows) => Count == rows ? [] : ValidityWords(rows);

    /// <summary>Forgets all values.</summary>
    public void Clear()
    {
        if (_anyBits)
        {
            Array.Clear(_validity);
        }
        _anyBits = false;
        _unmarked = 0;
        Count = 0;
    }

    /// <summary>Writes the column of <paramref name="rows"/> rows; rows never set are null.</summary>
    /// <exception cref="InvalidOperationException">A required column has rows without a value.</exception>
    public abstract void Write(RowGroupWriter writer, int rows);

    /// <summary>Marks rows as set, 64 at a time.</summary>
    /// <param name="row">First of the rows, any number.</param>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="bits">Bit i of word w stands for row + 64 w + i.</param>
    /// <param name="count">How many bits are set.</param>
    private protected void MarkWords(int row, int rows, ReadOnlySpan<ulong> bits, int count)
    {
        if (count == rows && row == _unmarked)
        {
            _unmarked += count;
            return;
        }
        MarkUnmarked();
        int word = row >> 6;
        int shift = row & 63;
        Reserve(word + bits.Length + 1);
        Span<ulong> validity = _validity.AsSpan(word, bits.Length + 1);
        for (int i = 0; i < bits.Length; i++)
        {
            validity[i] |= bits[i] << shift;
            validity[i + 1] |= shift == 0 ? 0 : bits[i] >> (64 - shift);
        }
    }

    private protected void Mark(int row)
    {
        if (row == _unmarked)
        {
            _unmarked++;
            return;
        }
        MarkUnmarked();
        Reserve((row >> 6) + 1);
        _validity[row >> 6] |= 1UL << (row & 63);
    }

    private void MarkUnmarked()
    {
        _anyBits = true;
        if (_unmarked > 0)
        {
            Reserve((_unmarked >> 6) + 1);
            _validity.AsSpan(0, _unmarked >> 6).Fill(ulong.MaxValue);
            _validity[_unmarked >> 6] |= (1UL << (_unmarked & 63)) - 1;
            _unmarked = 0;
        }
    }

    private void Reserve(int words)
    {
        if (words > _validity.Length)
        {
            Array.Resize(ref _validity, (int)BitOperations.RoundUpToPowerOf2((uint)words));
        }
    }

    private ReadOnlySpan<ulong> ValidityWords(int rows)
    {
        int words = (rows + 63) >> 6;
        MarkUnmarked();
        Reserve(words);
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
    /// <param name="rows">How many rows there are.</param>
    /// <param name="bits">Bit i of word w is set when row + 64 w + i has a value.</param>
    /// <param name="count">Number of bits set.</param>
    /// <returns>Where the values go, one for each set bit, in order.</returns>
    public Span<T> Append(int row, int rows, ReadOnlySpan<ulong> bits, int count)
    {
        if (Count + count > _values.Length)
        {
            Array.Resize(ref _values, (int)BitOperations.RoundUpToPowerOf2((uint)(Count + count)));
        }
        MarkWords(row, rows, bits, count);
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
    public Span<int> Append(int row, int rows, ReadOnlySpan<ulong> bits, int count)
    {
        if (Count + count > _ids.Length)
        {
            Array.Resize(ref _ids, (int)BitOperations.RoundUpToPowerOf2((uint)(Count + count)));
        }
        MarkWords(row, rows, bits, count);
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
