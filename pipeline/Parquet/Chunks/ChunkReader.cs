using SecondLook.Parquet.Codecs;
using SecondLook.Parquet.Encodings;
using SecondLook.Parquet.Format;
using SecondLook.Parquet.Thrift;

namespace SecondLook.Parquet.Chunks;

/// <summary>
/// Walks the data pages of one chunk after another: reads, checks, unpacks, decodes the levels. Keeps its buffers from chunk to chunk.
/// </summary>
internal sealed class ChunkReader(Stream input) : IDisposable
{
    private readonly PageDecompressor _decompressor = new();
    private readonly PageBuffer _file = new();
    private readonly PageBuffer _page = new();
    private readonly PageBuffer _dictionary = new();
    private ParquetColumn? _column;
    private ChunkRecord? _chunk;
    private PageHeader _header;
    private string _headerName = "";
    private int _position;
    private int _rowsLeft;
    private int _levelsEnd;
    private long _pageOffset;
    private long _dictionaryOffset;

    /// <summary>Entries of the dictionary; -1 without one.</summary>
    public int DictionaryEntries { get; private set; }

    /// <summary>The dictionary in PLAIN form.</summary>
    public ByteCursor Dictionary => new(_dictionary.Bytes, _dictionary.Length, _dictionaryOffset, _column!.Name);

    /// <summary>Rows of the present page.</summary>
    public int Rows { get; private set; }

    /// <summary>Values of the present page that are not null.</summary>
    public int Values { get; private set; }

    /// <summary>Encoding of the present page's values.</summary>
    public PageEncoding Encoding => _header.Encoding;

    /// <summary>Reads a chunk into memory; its extent was checked against the file with the footer.</summary>
    public void Begin(ParquetColumn column, ChunkRecord chunk, int rows)
    {
        _column = column;
        _headerName = $"Column '{column.Name}', page header";
        _chunk = chunk;
        _position = 0;
        _rowsLeft = rows;
        DictionaryEntries = -1;
        if (rows == 0)
        {
            return;
        }
        string? problem = PageDecompressor.Problem(chunk.Codec);
        if (problem is not null)
        {
            throw new ParquetException($"Column '{column.Name}' at {chunk.Start}: found {problem}.");
        }
        if (chunk.CompressedBytes > Array.MaxLength - ByteBuffer.Slack)
        {
            throw new ParquetException(
                $"Column '{column.Name}' at {chunk.Start}: found a chunk of {chunk.CompressedBytes} bytes, expected less than 2 GiB.");
        }
        Span<byte> bytes = _file.Begin((int)chunk.CompressedBytes);
        input.Position = chunk.Start;
        int read = input.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (read != bytes.Length)
        {
            throw new ParquetException($"Column '{column.Name}' at {chunk.Start}: found {read} bytes, expected {bytes.Length}.");
        }
    }

    /// <summary>Unpacks the next data page and decodes its levels.</summary>
    /// <param name="validity">Receives one bit per row.</param>
    /// <param name="firstBit">The bit of the page's first row.</param>
    /// <returns>False when all rows were read.</returns>
    public bool NextPage(Span<ulong> validity, int firstBit)
    {
        if (_rowsLeft == 0)
        {
            return false;
        }
        do
        {
            ReadHeader();
            if (_header.Type == PageType.Dictionary)
            {
                TakeDictionary();
            }
            else if (_header.Type is not (PageType.Data or PageType.DataV2))
            {
                _position += _header.CompressedBytes;
            }
        }
        while (_header.Type is not (PageType.Data or PageType.DataV2));
        if (_header.ValueCount < 0 || _header.ValueCount > _rowsLeft)
        {
            throw Error($"a data page of {_header.ValueCount} rows, expected at most {_rowsLeft}");
        }
        Rows = _header.ValueCount;
        _rowsLeft -= Rows;
        if (_header.Type == PageType.Data)
        {
            TakeV1(validity, firstBit);
        }
        else
        {
            TakeV2(validity, firstBit);
        }
        return true;
    }

    /// <summary>The values of the present page.</summary>
    public ByteCursor PageValues()
    {
        var page = new ByteCursor(_page.Bytes, _page.Length, _pageOffset, _column!.Name);
        page.Take(_levelsEnd, "the levels");
        return page;
    }

    /// <summary>Makes an exception that names column and page.</summary>
    public ParquetException Error(string found) => new($"Column '{_column!.Name}', page at {_pageOffset}: found {found}.");

    /// <inheritdoc/>
    public void Dispose() => _decompressor.Dispose();

    private void ReadHeader()
    {
        _pageOffset = _chunk!.Start + _position;
        if (_position >= _file.Length)
        {
            throw Error($"the end of the chunk, expected {_rowsLeft} more rows");
        }
        var thrift = new CompactReader(_file.Bytes.AsSpan(_position, _file.Length - _position), _pageOffset, _headerName);
        _header = PageHeader.Read(ref thrift);
        _position += thrift.Position;
        int left = _file.Length - _position;
        if (_header.CompressedBytes < 0 || _header.CompressedBytes > left)
        {
            throw Error($"a page of {_header.CompressedBytes} bytes, but only {left} are left in the chunk");
        }
        long most = PageDecompressor.MaxLength(_chunk.Codec, _header.CompressedBytes);
        if (_header.UncompressedBytes < 0 || (_header.UncompressedBytes > most && _header.Type != PageType.Index))
        {
            throw Error(
                $"{_header.CompressedBytes} bytes said to unpack to {_header.UncompressedBytes}, "
                + $"expected at most {most} with {_chunk.Codec}");
        }
    }

    private void TakeDictionary()
    {
        if (DictionaryEntries >= 0)
        {
            throw Error("a second dictionary");
        }
        if (_header.Encoding is not (PageEncoding.Plain or PageEncoding.PlainDictionary))
        {
            throw Error($"a dictionary in encoding {_header.Encoding}, expected PLAIN");
        }
        Unpack(_dictionary, 0, _header.CompressedBytes, _header.UncompressedBytes, 0, compressed: true);
        // An entry takes at least the bits of a byte array's length or of a number.
        if (_header.ValueCount < 0 || _header.ValueCount > _dictionary.Length / 4)
        {
            throw Error($"a dictionary of {_header.ValueCount} entries in {_dictionary.Length} bytes");
        }
        DictionaryEntries = _header.ValueCount;
        _dictionaryOffset = _pageOffset;
    }

    private void TakeV1(Span<ulong> validity, int firstBit)
    {
        Unpack(_page, 0, _header.CompressedBytes, _header.UncompressedBytes, 0, compressed: true);
        _levelsEnd = 0;
        Values = Rows;
        if (!_column!.Optional)
        {
            BitRange.Fill(validity, firstBit, Rows, value: true);
            return;
        }
        if (_header.LevelEncoding != PageEncoding.Rle)
        {
            throw Error($"definition levels in encoding {_header.LevelEncoding}, expected RLE");
        }
        var page = new ByteCursor(_page.Bytes, _page.Length, _pageOffset, _column.Name);
        int length = page.Int32("the length of the levels");
        ByteCursor levels = page.TakeCursor((uint)length, "the definition levels");
        Values = BitRange.Decode(levels, validity, firstBit, Rows);
        _levelsEnd = page.Position;
    }

    private void TakeV2(Span<ulong> validity, int firstBit)
    {
        int levels = _header.DefinitionBytes;
        if (_header.RepetitionBytes != 0 || levels < 0 || levels > _header.CompressedBytes || levels > _header.UncompressedBytes)
        {
            throw Error($"levels of {_header.RepetitionBytes} and {levels} bytes in a page of {_header.CompressedBytes}");
        }
        // The levels stand uncompressed in front of the values; both end up in one buffer, as in V1.
        Unpack(_page, levels, _header.CompressedBytes - levels, _header.UncompressedBytes - levels, levels, _header.IsCompressed);
        _levelsEnd = levels;
        Values = Rows;
        if (!_column!.Optional || (levels == 0 && _header.NullCount == 0))
        {
            BitRange.Fill(validity, firstBit, Rows, value: true);
            return;
        }
        var page = new ByteCursor(_page.Bytes, _page.Length, _pageOffset, _column.Name);
        Values = BitRange.Decode(page.TakeCursor(levels, "the definition levels"), validity, firstBit, Rows);
        if (Values != Rows - _header.NullCount)
        {
            throw Error($"{Rows - Values} nulls in the levels, but {_header.NullCount} in the header");
        }
    }

    /// <summary>Copies the bytes that stand uncompressed in front, then unpacks the rest behind them.</summary>
    private void Unpack(PageBuffer target, int skip, int stored, int unpacked, int copied, bool compressed)
    {
        Span<byte> room = target.Begin(copied + unpacked);
        _file.Bytes.AsSpan(_position, copied).CopyTo(room);
        CodecNumber codec = compressed ? _chunk!.Codec : CodecNumber.Uncompressed;
        // Some writers store an empty block of values as no bytes at all, which no codec takes for a frame.
        bool isEmpty = unpacked == 0 && stored == 0;
        if (!isEmpty && !_decompressor.TryDecompress(codec, _file.Bytes, _position + skip, stored, room[copied..]))
        {
            throw Error($"{stored} bytes that do not unpack to {unpacked} with {codec}");
        }
        _position += _header.CompressedBytes;
    }
}
