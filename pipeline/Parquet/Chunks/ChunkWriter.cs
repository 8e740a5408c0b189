using SecondLook.Parquet.Codecs;
using SecondLook.Parquet.Encodings;
using SecondLook.Parquet.Format;
using SecondLook.Parquet.Thrift;

namespace SecondLook.Parquet.Chunks;

/// <summary>Writes the pages of one chunk after another; all buffers live as long as the file is being written.</summary>
internal sealed class ChunkWriter
{
    private readonly FileSink _sink;
    private readonly PageCompressor? _compressor;
    private readonly ByteBuffer _body = new();
    private readonly CodecTrials _trials;
    private readonly ByteBuffer _dictionary = new();
    private readonly ByteBuffer _compressedDictionary = new();
    private readonly ByteBuffer _header = new();
    private readonly CompactWriter _thrift;
    private readonly ColumnStatistics _pageStatistics = new();
    private ParquetColumn? _column;
    private int _dictionaryEntries;
    private int _number;
    private PageForm _form;
    private bool _isFirstPage;

    /// <summary>Makes the writer.</summary>
    /// <param name="sink">The file.</param>
    /// <param name="compressor">The codec, or null for none.</param>
    /// <param name="pageRows">Rows in a page, a multiple of 64.</param>
    public ChunkWriter(FileSink sink, PageCompressor? compressor, int pageRows)
    {
        _sink = sink;
        _compressor = compressor;
        _trials = new CodecTrials(compressor);
        _thrift = new CompactWriter(_header);
        Layout = new PageLayout(pageRows);
    }

    /// <summary>How the chunk is cut into pages.</summary>
    public PageLayout Layout { get; }

    /// <summary>What the footer will say of the chunk.</summary>
    public ChunkRecord Record { get; private set; } = new();

    /// <summary>Starts a chunk and lays out its pages.</summary>
    /// <param name="number">Number of the column.</param>
    /// <param name="column">The column.</param>
    /// <param name="rows">Rows of the chunk.</param>
    /// <param name="validity">One bit per row, or empty.</param>
    public void Begin(int number, ParquetColumn column, int rows, ReadOnlySpan<ulong> validity)
    {
        Layout.Arrange(rows, validity);
        Begin(number, column, rows);
    }

    /// <summary>Starts a chunk without any value.</summary>
    /// <param name="number">Number of the column.</param>
    /// <param name="column">The column.</param>
    /// <param name="rows">Rows of the chunk.</param>
    public void BeginNulls(int number, ParquetColumn column, int rows)
    {
        Layout.ArrangeNulls(rows);
        Begin(number, column, rows);
    }

    private void Begin(int number, ParquetColumn column, int rows)
    {
        if (number == 0)
        {
            _trials.BeginGroup(_sink.Position);
        }
        _number = number;
        _column = column;
        _form = _compressor is null ? PageForm.Stored : PageForm.Matches;
        _isFirstPage = true;
        _dictionaryEntries = 0;
        Record = new ChunkRecord
        {
            ValueCount = rows,
            DataOffset = _sink.Position,
            Codec = _compressor?.Number ?? CodecNumber.Uncompressed,
        };
        Record.Statistics.Reset(rows - Layout.Values);
    }

    /// <summary>Leaves this chunk uncompressed; right for chunks of a few bytes a page. Before the first page.</summary>
    public void SkipCompression()
    {
        _form = PageForm.Stored;
        Record.Codec = CodecNumber.Uncompressed;
    }

    /// <summary>Empties the dictionary and hands it out to be filled with values in PLAIN form.</summary>
    public ByteBuffer BeginDictionary()
    {
        _dictionary.Clear();
        return _dictionary;
    }

    /// <summary>Says how many values the dictionary has; it is written in front of the first data page.</summary>
    public void EndDictionary(int entries) => _dictionaryEntries = entries;

    /// <summary>Writes all data pages of the chunk.</summary>
    public void WritePages<TValues>(scoped TValues values, ReadOnlySpan<ulong> validity)
        where TValues : IPageValues, allows ref struct
    {
        for (int page = 0; page < Layout.Pages; page++)
        {
            PageEncoding encoding;
            ReadOnlySpan<byte> stored;
            if (_isFirstPage && _form != PageForm.Stored)
            {
                encoding = WriteFirst(values, page, validity, out stored);
            }
            else
            {
                encoding = Build(values, page, validity, _form != PageForm.Stored);
                stored = _form == PageForm.Stored ? _body.Written : _trials.Compress(_form, _body.Written);
            }
            if (_isFirstPage)
            {
                WriteDictionaryPage();
                _isFirstPage = false;
            }
            int count = Layout.ValuesIn(page);
            _pageStatistics.Reset(Layout.Rows(page) - count);
            if (count > 0)
            {
                values.Describe(page, _pageStatistics);
            }
            WriteDataPage(Layout.Rows(page), encoding, stored);
        }
    }

    // The codec belongs to the chunk, so its first page is asked for all of them.
    private PageEncoding WriteFirst<TValues>(scoped TValues values, int page, ReadOnlySpan<ulong> validity, out ReadOnlySpan<byte> stored)
        where TValues : IPageValues, allows ref struct
    {
        bool known = _trials.TryRecall(_number, out _form);
        PageEncoding encoding = Build(values, page, validity, known && _form != PageForm.Stored);
        bool small = _body.Length < CodecTrials.MinBytes;
        if (small)
        {
            _form = PageForm.Matches;
        }
        else if (!known)
        {
            int tight = _body.Length;
            if (encoding == PageEncoding.DeltaBinaryPacked)
            {
                Build(values, page, validity, nibbles: true);
            }
            _form = _trials.Choose(_number, tight, _body.Written);
            if (_form == PageForm.Stored && _body.Length != tight)
            {
                Build(values, page, validity, nibbles: false);
            }
        }
        if (_form == PageForm.Stored)
        {
            SkipCompression();
            stored = _body.Written;
        }
        else
        {
            stored = known || small ? _trials.Compress(_form, _body.Written) : _trials.Tried(_form);
        }
        return encoding;
    }

    private PageEncoding Build<TValues>(scoped TValues values, int page, ReadOnlySpan<ulong> validity, bool nibbles)
        where TValues : IPageValues, allows ref struct
    {
        _body.Clear();
        if (_column!.Optional)
        {
            AppendLevels(page, validity);
        }
        return values.Append(Layout.FirstValue(page), Layout.ValuesIn(page), nibbles, _body);
    }

    private void AppendLevels(int page, ReadOnlySpan<ulong> validity)
    {
        _body.AppendInt32(0);
        int rows = Layout.Rows(page);
        if (Layout.ValuesIn(page) is int count && (count == 0 || count == rows))
        {
            LevelEncoder.AppendRun(rows, count != 0, _body);
        }
        else
        {
            LevelEncoder.Encode(validity[(Layout.FirstRow(page) >> 6)..], rows, _body);
        }
        _body.PatchInt32(0, _body.Length - 4);
        Record.Encodings |= 1 << (int)PageEncoding.Rle;
    }

    private void WriteDataPage(int rows, PageEncoding encoding, ReadOnlySpan<byte> stored)
    {
        StartHeader(PageType.Data, _body.Length, stored.Length);
        _thrift.BeginStruct(5);
        _thrift.I32(1, rows);
        _thrift.I32(2, (int)encoding);
        _thrift.I32(3, (int)PageEncoding.Rle);
        _thrift.I32(4, (int)PageEncoding.Rle);
        StatisticsThrift.Write(_thrift, 5, _pageStatistics);
        _thrift.EndStruct();
        Record.Encodings |= 1 << (int)encoding;
        Emit(_body.Length, stored);
    }

    private void WriteDictionaryPage()
    {
        if (_dictionaryEntries == 0)
        {
            return;
        }
        if (_form != PageForm.Stored)
        {
            _compressor!.Compress(_dictionary.Written, _compressedDictionary);
        }
        ReadOnlySpan<byte> stored = _form == PageForm.Stored ? _dictionary.Written : _compressedDictionary.Written;
        StartHeader(PageType.Dictionary, _dictionary.Length, stored.Length);
        _thrift.BeginStruct(7);
        _thrift.I32(1, _dictionaryEntries);
        _thrift.I32(2, (int)PageEncoding.Plain);
        _thrift.EndStruct();
        Record.DictionaryOffset = _sink.Position;
        Record.Encodings |= 1 << (int)PageEncoding.Plain;
        Emit(_dictionary.Length, stored);
        Record.DataOffset = _sink.Position;
    }

    private void StartHeader(PageType type, int bytes, int storedBytes)
    {
        _header.Clear();
        _thrift.BeginStruct();
        _thrift.I32(1, (int)type);
        _thrift.I32(2, bytes);
        _thrift.I32(3, storedBytes);
    }

    private void Emit(int bytes, ReadOnlySpan<byte> stored)
    {
        _thrift.EndStruct();
        _sink.Write(_header.Written);
        _sink.Write(stored);
        Record.UncompressedBytes += _header.Length + bytes;
        Record.CompressedBytes += _header.Length + stored.Length;
    }
}
