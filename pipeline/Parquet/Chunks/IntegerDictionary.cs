using System.Numerics;
using System.Runtime.CompilerServices;
using SecondLook.Parquet.Encodings;

namespace SecondLook.Parquet.Chunks;

/// <summary>
/// Finds the distinct values of a chunk of fixed-length values and each row's index among them: by a table over the range where
/// the range is small, otherwise by hashing, and gives up early where a dictionary cannot pay.
/// </summary>
internal sealed class IntegerDictionary<T>
    where T : unmanaged, IBinaryInteger<T>
{
    private const int MaxSpan = 65536;
    private const int FirstSlots = 4096;
    private readonly IndexScratch _indices;
    private readonly T[] _entries = new T[IndexScratch.MaxEntries];
    private readonly ushort[] _map = new ushort[MaxSpan];
    private Slot[] _slots = new Slot[FirstSlots];

    /// <summary>Makes the dictionary; the index scratch is shared by all of a writer.</summary>
    public IntegerDictionary(IndexScratch indices) => _indices = indices;

    /// <summary>The distinct values, after <see cref="TryBuild"/> gave true.</summary>
    public ReadOnlySpan<T> Entries => _entries.AsSpan(0, Count);

    /// <summary>How many distinct values there are.</summary>
    public int Count { get; private set; }

    /// <summary>Builds dictionary and indices.</summary>
    /// <param name="values">At least one value.</param>
    /// <param name="min">Their least.</param>
    /// <param name="max">Their greatest.</param>
    /// <returns>False when a dictionary does not pay.</returns>
    public bool TryBuild(ReadOnlySpan<T> values, T min, T max)
    {
        ulong span = ulong.CreateTruncating(max) - ulong.CreateTruncating(min);
        // Sizes and addresses are often multiples of a page, which makes a wide range narrow.
        int shift = span <= byte.MaxValue ? 0 : Narrowing.CommonZeros(values, min);
        span >>= shift;
        if (span <= byte.MaxValue)
        {
            return TryBytes(values, min, shift, (int)span + 1);
        }
        // A table of words holds 65,535 entries and a mark for those that did not come yet.
        return span < MaxSpan - 1 ? TryTable(values, min, shift, (int)span + 1) : TryHash(values);
    }

    private bool TryBytes(ReadOnlySpan<T> values, T min, int shift, int span)
    {
        Span<byte> entries = stackalloc byte[256];
        Count = ByteIndices.Build(values, min, shift, span, inOrder: false, _indices, entries);
        for (int i = 0; i < Count; i++)
        {
            _entries[i] = min + (T.CreateTruncating(entries[i]) << shift);
        }
        return Pays(values.Length);
    }

    /// <summary>Range of 16 bits: a table from difference to index, entries in the order in which they come.</summary>
    private bool TryTable(ReadOnlySpan<T> values, T min, int shift, int span)
    {
        Span<ushort> map = _map.AsSpan(0, span);
        map.Clear();
        Span<ushort> indices = _indices.ReserveWords(values.Length);
        int count = 0;
        for (int i = 0; i < values.Length && i < indices.Length; i++)
        {
            ref ushort entry = ref map[int.CreateTruncating((values[i] - min) >>> shift)];
            if (entry == 0)
            {
                _entries[count] = values[i];
                entry = (ushort)++count;
            }
            indices[i] = (ushort)(entry - 1);
        }
        Count = count;
        if (!Pays(values.Length))
        {
            return false;
        }
        _indices.TakeWords(values.Length, count);
        return true;
    }

    private bool TryHash(ReadOnlySpan<T> values)
    {
        Span<ushort> indices = _indices.ReserveWords(values.Length);
        _slots.AsSpan().Clear();
        Count = 0;
        Slot[] slots = _slots;
        for (int i = 0; i < values.Length && i < indices.Length; i++)
        {
            T value = values[i];
            // Nearly always the first place holds it, so that there is nothing to guess.
            Slot slot = slots[Hash(value) & (slots.Length - 1)];
            int index = slot.Id - 1;
            if (slot.Key != value || index < 0)
            {
                index = Find(value);
                if (index < 0)
                {
                    if (Count == IndexScratch.MaxEntries || IndexScratch.IsHopeless(i, Count))
                    {
                        return false;
                    }
                    index = Add(value);
                    slots = _slots;
                }
            }
            indices[i] = (ushort)index;
        }
        if (!Pays(values.Length))
        {
            return false;
        }
        _indices.TakeWords(values.Length, Count);
        return true;
    }

    private int Find(T value)
    {
        Slot[] slots = _slots;
        int mask = slots.Length - 1;
        for (int at = Hash(value) & mask; ; at = (at + 1) & mask)
        {
            if (slots[at].Id == 0)
            {
                return -1;
            }
            if (slots[at].Key == value)
            {
                return slots[at].Id - 1;
            }
        }
    }

    private int Add(T value)
    {
        if (Count * 2 >= _slots.Length)
        {
            _slots = new Slot[_slots.Length * 4];
            for (int i = 0; i < Count; i++)
            {
                Insert(_entries[i], i);
            }
        }
        _entries[Count] = value;
        Insert(value, Count);
        return Count++;
    }

    private void Insert(T value, int index)
    {
        int mask = _slots.Length - 1;
        int at = Hash(value) & mask;
        while (_slots[at].Id != 0)
        {
            at = (at + 1) & mask;
        }
        _slots[at] = new Slot { Key = value, Id = index + 1 };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Hash(T value) => (int)((ulong.CreateTruncating(value) * 0x9E3779B97F4A7C15) >> 40);

    private bool Pays(int count) =>
        IndexScratch.Pays((long)count * Unsafe.SizeOf<T>(), (long)Count * Unsafe.SizeOf<T>(), count, Count);

    private struct Slot
    {
        public T Key;
        public int Id;
    }
}
