using System.Buffers.Binary;

namespace SecondLook.Parquet.Chunks;

/// <summary>Finds the distinct byte arrays of a chunk and each value's index among them.</summary>
internal sealed class ByteArrayDictionary(IndexScratch indices)
{
    private const int FirstSlots = 4096;
    private readonly int[] _firsts = new int[IndexScratch.MaxEntries];
    private readonly uint[] _hashes = new uint[IndexScratch.MaxEntries];
    private int[] _slots = new int[FirstSlots];

    /// <summary>How many distinct values there are.</summary>
    public int Count { get; private set; }

    /// <summary>For every entry, the first value that has its bytes.</summary>
    public ReadOnlySpan<int> Firsts => _firsts.AsSpan(0, Count);

    /// <summary>Builds dictionary and indices.</summary>
    /// <returns>False when a dictionary does not pay.</returns>
    public bool TryBuild(ReadOnlySpan<byte> bytes, ReadOnlySpan<int> offsets)
    {
        int count = offsets.Length - 1;
        Span<ushort> words = indices.ReserveWords(count);
        _slots.AsSpan().Clear();
        Count = 0;
        long dictionaryBytes = 0;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> value = bytes[offsets[i]..offsets[i + 1]];
            uint hash = Hash(value);
            int mask = _slots.Length - 1;
            int at = (int)hash & mask;
            int entry;
            while ((entry = _slots[at] - 1) >= 0
                && !(_hashes[entry] == hash && value.SequenceEqual(bytes[offsets[_firsts[entry]]..offsets[_firsts[entry] + 1]])))
            {
                at = (at + 1) & mask;
            }
            if (entry < 0)
            {
                if (Count == IndexScratch.MaxEntries || IndexScratch.IsHopeless(i, Count))
                {
                    return false;
                }
                entry = Add(i, hash);
                dictionaryBytes += value.Length + 4;
            }
            words[i] = (ushort)entry;
        }
        if (!IndexScratch.Pays(offsets[count] - offsets[0] + (4L * count), dictionaryBytes, count, Count))
        {
            return false;
        }
        indices.TakeWords(count, Count);
        return true;
    }

    private int Add(int value, uint hash)
    {
        _firsts[Count] = value;
        _hashes[Count] = hash;
        Count++;
        int from = Count - 1;
        if (Count * 2 > _slots.Length)
        {
            _slots = new int[_slots.Length * 4];
            from = 0;
        }
        int mask = _slots.Length - 1;
        for (int entry = from; entry < Count; entry++)
        {
            int at = (int)_hashes[entry] & mask;
            while (_slots[at] != 0)
            {
                at = (at + 1) & mask;
            }
            _slots[at] = entry + 1;
        }
        return Count - 1;
    }

    // Multiply and fold, eight bytes at a time; the length keeps zero-padded tails apart.
    private static uint Hash(ReadOnlySpan<byte> value)
    {
        ulong hash = (ulong)value.Length * 0x9E3779B97F4A7C15;
        while (value.Length >= 8)
        {
            hash = Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(value));
            value = value[8..];
        }
        ulong tail = 0;
        for (int i = 0; i < value.Length; i++)
        {
            tail |= (ulong)value[i] << (8 * i);
        }
        hash = Fold(hash ^ tail);
        return (uint)(hash >> 32);
    }

    private static ulong Fold(ulong value)
    {
        value *= 0xD6E8FEB86659FD93;
        return value ^ (value >> 32);
    }
}
