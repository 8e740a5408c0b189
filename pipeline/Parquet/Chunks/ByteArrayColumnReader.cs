using System.Runtime.Intrinsics;
using SecondLook.Parquet.Encodings;
using SecondLook.Parquet.Format;

namespace SecondLook.Parquet.Chunks;

/// <summary>Reads chunks of byte arrays.</summary>
internal sealed class ByteArrayColumnReader(ChunkReader chunk)
{
    /// <summary>The most bytes a chunk may expand to: a dictionary can promise far more than memory holds.</summary>
    private const int MaxBytes = 1 << 29;

    private const int ShortPiece = 16;

    private (int Start, int Length)[] _entries = [];
    private (int Start, int Length)[] _pieces = [];
    private int[] _prefixes = [];
    private int[] _lengths = [];
    private byte[] _bytes = [];
    private int _used;

    /// <summary>Reads the chunk that was begun.</summary>
    public ByteArrayColumn Read(int rowCount)
    {
        var validity = new ulong[(rowCount + 63) >> 6];
        var offsets = new int[rowCount + 1];
        _bytes = [];
        _used = 0;
        int row = 0;
        bool hasEntries = false;
        while (chunk.NextPage(validity, row))
        {
            if (chunk.DictionaryEntries >= 0 && !hasEntries)
            {
                ReadEntries();
                hasEntries = true;
            }
            ReadPage(validity, offsets, row);
            row += chunk.Rows;
        }
        return new ByteArrayColumn(_bytes, offsets, validity);
    }

    private void ReadPage(ReadOnlySpan<ulong> validity, Span<int> offsets, int row)
    {
        ByteCursor page = chunk.PageValues();
        // The lengths go where the offsets will be: first without gaps, then row by row, then summed up.
        Span<int> rows = offsets.Slice(row + 1, chunk.Rows);
        Span<int> lengths = rows[..chunk.Values];
        switch (chunk.Encoding)
        {
            case PageEncoding.Plain:
                ReadPlain(ref page, lengths);
                break;
            case PageEncoding.RleDictionary or PageEncoding.PlainDictionary:
                ReadIndexed(ref page, lengths);
                break;
            case PageEncoding.DeltaLengthByteArray:
                ReadDeltaLengths(ref page, lengths);
                break;
            case PageEncoding.DeltaByteArray:
                ReadPrefixed(ref page, lengths);
                break;
            default:
                throw chunk.Error(
                    $"encoding {chunk.Encoding}, expected PLAIN, RLE_DICTIONARY, DELTA_LENGTH_BYTE_ARRAY or DELTA_BYTE_ARRAY");
        }
        BitRange.Spread(rows, chunk.Values, validity, row);
        int end = offsets[row];
        for (int i = 0; i < rows.Length; i++)
        {
            end += rows[i];
            rows[i] = end;
        }
    }

    private void ReadPlain(ref ByteCursor page, Span<int> lengths)
    {
        Reserve(page.Left);
        for (int i = 0; i < lengths.Length; i++)
        {
            int length = page.Int32("the length of a byte array");
            page.Take((uint)length, "a byte array").CopyTo(_bytes.AsSpan(_used));
            _used += length;
            lengths[i] = length;
        }
    }

    private void ReadIndexed(ref ByteCursor page, Span<int> lengths)
    {
        if (chunk.DictionaryEntries < 0)
        {
            throw chunk.Error("indices without a dictionary");
        }
        if (_pieces.Length < lengths.Length)
        {
            _pieces = new (int, int)[lengths.Length];
        }
        Span<(int Start, int Length)> pieces = _pieces.AsSpan(0, lengths.Length);
        IndexDecoder.Decode(ref page, (ReadOnlySpan<(int Start, int Length)>)_entries.AsSpan(0, chunk.DictionaryEntries), pieces);
        long total = 0;
        for (int i = 0; i < pieces.Length; i++)
        {
            total += pieces[i].Length;
            lengths[i] = pieces[i].Length;
        }
        Reserve(total + ShortPiece);
        CopyPieces(chunk.Dictionary.Padded, pieces);
    }

    // Task names and the like are short: they are copied as one vector, whatever their length, and the next one overwrites the rest.
    private void CopyPieces(ReadOnlySpan<byte> dictionary, ReadOnlySpan<(int Start, int Length)> pieces)
    {
        Span<byte> target = _bytes.AsSpan(_used);
        int at = 0;
        foreach ((int start, int length) in pieces)
        {
            if (length <= ShortPiece)
            {
                Vector128.Create(dictionary.Slice(start, ShortPiece)).CopyTo(target[at..]);
            }
            else
            {
                dictionary.Slice(start, length).CopyTo(target[at..]);
            }
            at += length;
        }
        _used += at;
    }

    private void ReadDeltaLengths(ref ByteCursor page, Span<int> lengths)
    {
        DeltaDecoder.Decode(ref page, lengths);
        long total = 0;
        foreach (int length in lengths)
        {
            total += length >= 0 ? length : throw chunk.Error($"a byte array of {length} bytes");
        }
        ReadOnlySpan<byte> bytes = page.Take(total, "the byte arrays");
        Reserve(total);
        bytes.CopyTo(_bytes.AsSpan(_used));
        _used += bytes.Length;
    }

    private void ReadPrefixed(ref ByteCursor page, Span<int> lengths)
    {
        if (_prefixes.Length < lengths.Length)
        {
            _prefixes = new int[lengths.Length];
            _lengths = new int[lengths.Length];
        }
        Span<int> prefixes = _prefixes.AsSpan(0, lengths.Length);
        Span<int> suffixes = _lengths.AsSpan(0, lengths.Length);
        DeltaDecoder.Decode(ref page, prefixes);
        DeltaDecoder.Decode(ref page, suffixes);
        int previous = 0;
        for (int i = 0; i < lengths.Length; i++)
        {
            if (prefixes[i] < 0 || prefixes[i] > previous || suffixes[i] < 0)
            {
                throw chunk.Error($"a byte array that shares {prefixes[i]} bytes with one of {previous} and adds {suffixes[i]}");
            }
            ReadOnlySpan<byte> suffix = page.Take(suffixes[i], "a byte array's end");
            Reserve((long)prefixes[i] + suffix.Length);
            _bytes.AsSpan(_used - previous, prefixes[i]).CopyTo(_bytes.AsSpan(_used));
            suffix.CopyTo(_bytes.AsSpan(_used + prefixes[i]));
            previous = prefixes[i] + suffix.Length;
            _used += previous;
            lengths[i] = previous;
        }
    }

    private void ReadEntries()
    {
        if (_entries.Length < chunk.DictionaryEntries)
        {
            _entries = new (int, int)[chunk.DictionaryEntries];
        }
        ByteCursor dictionary = chunk.Dictionary;
        for (int i = 0; i < chunk.DictionaryEntries; i++)
        {
            int length = dictionary.Int32("the length of a dictionary entry");
            _entries[i] = (dictionary.Position, length);
            dictionary.Take((uint)length, "a dictionary entry");
        }
    }

    private void Reserve(long count)
    {
        long needed = _used + count;
        if (needed > MaxBytes)
        {
            throw chunk.Error($"byte arrays of {needed} bytes in one chunk, expected at most {MaxBytes}");
        }
        if (needed > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(MaxBytes, Math.Max(needed, _bytes.Length * 2L)));
        }
    }
}
