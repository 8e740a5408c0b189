using SecondLook.Parquet.Encodings;
using SecondLook.Parquet.Statistics;

namespace SecondLook.Parquet.Chunks;

/// <summary>Writes chunks of byte arrays, given as they are or as indices into a dictionary of the caller.</summary>
internal sealed class ByteArrayColumnWriter(ChunkWriter chunk, IndexScratch indices)
{
    private readonly ByteArrayDictionary _dictionary = new(indices);
    private int[] _map = [];
    private int[] _used = [];

    /// <summary>Writes all pages of the chunk that was begun.</summary>
    public void Write(ParquetColumn column, ReadOnlySpan<byte> bytes, ReadOnlySpan<int> offsets, ReadOnlySpan<ulong> validity)
    {
        if (column.Encoding == ParquetEncoding.Plain || !_dictionary.TryBuild(bytes, offsets))
        {
            var all = new ByteArrayRange();
            for (int i = 0; i + 1 < offsets.Length; i++)
            {
                all.Add(bytes, offsets[i], offsets[i + 1]);
            }
            all.Describe(bytes, chunk.Record.Statistics);
            chunk.WritePages(new PlainByteArrays(bytes, offsets), validity);
            return;
        }
        ByteBuffer dictionary = chunk.BeginDictionary();
        var range = new ByteArrayRange();
        foreach (int first in _dictionary.Firsts)
        {
            range.Add(bytes, offsets[first], offsets[first + 1]);
            dictionary.AppendByteArray(bytes[offsets[first]..offsets[first + 1]]);
        }
        range.Describe(bytes, chunk.Record.Statistics);
        chunk.EndDictionary(_dictionary.Count);
        chunk.WritePages(new IndexValues<byte>(indices, null), validity);
    }

    /// <summary>Writes all pages of the chunk that was begun, with the caller's dictionary cut down to what occurs.</summary>
    public void WriteIndexed(
        ParquetColumn column, ReadOnlySpan<int> ids, ReadOnlySpan<byte> bytes, ReadOnlySpan<int> offsets, ReadOnlySpan<ulong> validity)
    {
        ValueRange.Of(ids, out int min, out int max);
        if (min < 0 || max >= offsets.Length - 1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(ids), $"Column '{column.Name}': indices from {min} to {max}, but the dictionary has {offsets.Length - 1} entries.");
        }
        if (min == max && ids.Length >= ConstantChunk.MinValues && column.Encoding != ParquetEncoding.Plain)
        {
            ReadOnlySpan<byte> value = bytes[offsets[min]..offsets[min + 1]];
            chunk.Record.Statistics.SetRange(value, value);
            ConstantChunk.Write(chunk, value, hasLength: true, validity);
            return;
        }
        if (column.Encoding != ParquetEncoding.Plain && max - min <= byte.MaxValue)
        {
            WriteFew(ids, bytes, offsets, min, max, validity);
            return;
        }
        int entries = MarkUsed(ids, bytes, offsets, min, max);
        if (column.Encoding == ParquetEncoding.Plain || entries > IndexScratch.MaxEntries)
        {
            chunk.WritePages(new PlainIndexedByteArrays(ids, bytes, offsets), validity);
            return;
        }
        WriteDictionary(bytes, offsets, entries);
        MapIndices(ids, min, entries);
        chunk.WritePages(new IndexValues<byte>(indices, null), validity);
    }

    // As below, where the ids fit bytes.
    private void WriteFew(ReadOnlySpan<int> ids, ReadOnlySpan<byte> bytes, ReadOnlySpan<int> offsets, int min, int max, ReadOnlySpan<ulong> validity)
    {
        Span<byte> entries = stackalloc byte[256];
        int count = ByteIndices.Build(ids, min, 0, max - min + 1, inOrder: true, indices, entries);
        ByteBuffer dictionary = chunk.BeginDictionary();
        var range = new ByteArrayRange();
        foreach (byte entry in entries[..count])
        {
            int id = min + entry;
            range.Add(bytes, offsets[id], offsets[id + 1]);
            dictionary.AppendByteArray(bytes[offsets[id]..offsets[id + 1]]);
        }
        range.Describe(bytes, chunk.Record.Statistics);
        chunk.EndDictionary(count);
        chunk.WritePages(new IndexValues<byte>(indices, null), validity);
    }

    /// <summary>Numbers the entries that occur from 1 in the order in which they do, so that the bytes do not depend on how the caller numbered
    /// them; finds their range, and gives their count.</summary>
    private int MarkUsed(ReadOnlySpan<int> ids, ReadOnlySpan<byte> bytes, ReadOnlySpan<int> offsets, int min, int max)
    {
        int span = max - min + 1;
        if (_map.Length < span)
        {
            _map = new int[span];
            _used = new int[span];
        }
        Span<int> map = _map.AsSpan(0, span);
        map.Clear();
        int[] used = _used;
        int entries = 0;
        foreach (int id in ids)
        {
            ref int number = ref map[id - min];
            if (number == 0)
            {
                used[entries] = id;
                number = ++entries;
            }
        }
        var range = new ByteArrayRange();
        foreach (int id in used.AsSpan(0, entries))
        {
            range.Add(bytes, offsets[id], offsets[id + 1]);
        }
        range.Describe(bytes, chunk.Record.Statistics);
        return entries;
    }

    private void WriteDictionary(ReadOnlySpan<byte> bytes, ReadOnlySpan<int> offsets, int entries)
    {
        ByteBuffer dictionary = chunk.BeginDictionary();
        foreach (int id in _used.AsSpan(0, entries))
        {
            dictionary.AppendByteArray(bytes[offsets[id]..offsets[id + 1]]);
        }
        chunk.EndDictionary(entries);
    }

    private void MapIndices(ReadOnlySpan<int> ids, int min, int entries)
    {
        indices.Begin(ids.Length, entries);
        ReadOnlySpan<int> map = _map;
        if (indices.IsNarrow)
        {
            Span<byte> narrow = indices.Bytes;
            for (int i = 0; i < ids.Length; i++)
            {
                narrow[i] = (byte)(map[ids[i] - min] - 1);
            }
        }
        else
        {
            Span<ushort> wide = indices.Words;
            for (int i = 0; i < ids.Length; i++)
            {
                wide[i] = (ushort)(map[ids[i] - min] - 1);
            }
        }
    }
}
