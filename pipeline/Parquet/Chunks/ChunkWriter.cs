using SecondLook.Parquet.Codecs;
using SecondLook.Parquet.Encodings;
using SecondLook.Parquet.Format;
using SecondLook.Parquet.Thrift;

namespace SecondLook.Parquet.Chunks;

/// <summary>Writes the pages of one chunk after another; all buffers live as long as the file is being written.</summary>
internal sealed class ChunkWriter
{
    private const int MinTrialBytes = 4096;

    // Compressing for nothing costs as much as compressing; what a column holds seldom changes from one row group to the next.
    private const int MostChunksUntried = 7;
    private readonly FileSink _sink;
    private readonly PageCompressor? _compressor;
    private readonly ByteBuffer _body = new();
    private readonly ByteBuffer _compressed = new();
    private readonly ByteBuffer _dictionary = new();
    private readonly ByteBuffer _compressedDictionary = new();
    private readonly ByteBuffer _header = new();
    private readonly CompactWriter _thrift;
    private readonly ColumnStatistics _pageStatistics = new();
    private ParquetColumn? _column;
    private int _dictionaryEntries;
    private Trials[] _trials = [];
    private int _number;
    private bool _compress;
    private bool _isFirstPage;

    /// <summary>Makes the writer.</summary>
    /// <param name="sink">The file.</param>
    /// <param name="compressor">The codec, or null for none.</param>
    /// <param name="pageRows">Rows in a page, a multiple of 64.</param>
    public ChunkWriter(FileSink sink, PageCompressor? compressor, int pageRows)
    {
        _sink = sink;
        _compressor = compressor;
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
        if (number >= _trials.Length)
        {
            Array.Resize(ref _trials, Math.Max(64, number * 2));
        }
        _number = number;
        _column = column;
        _compress = _compressor is not null;
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
        _compress = false;
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
            _body.Clear();
            if (_column!.Optional)
            {
                AppendLevels(page, validity);
            }
            int count = Layout.ValuesIn(page);
            PageEncoding encoding = values.Append(Layout.FirstValue(page), count, _body);
            _pageStatistics.Reset(Layout.Rows(page) - count);
            if (count > 0)
            {
                values.Describe(page, _pageStatistics);
            }
            WriteDataPage(Layout.Rows(page), encoding);
        }
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

    private void WriteDataPage(int rows, PageEncoding encoding)
    {
        if (_isFirstPage)
        {
            SkipTrial();
        }
        if (_compress)
        {
            _compressor!.Compress(_body.Written, _compressed);
        }
        if (_isFirstPage)
        {
            DecideCompression();
            WriteDictionaryPage();
            _isFirstPage = false;
        }
        ReadOnlySpan<byte> stored = _compress ? _compressed.Written : _body.Written;
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

    // After each trial that failed, twice as many chunks of the column go without one; a trial that pays ends that.
    private void SkipTrial()
    {
        if (_compress && _trials[_number].Untried > 0 && _body.Length >= MinTrialBytes)
        {
            _trials[_number].Untried--;
            SkipCompression();
        }
    }

    // Packed bits are often as short as they can be. The codec belongs to the chunk, so its first page is asked for all of them.
    private void DecideCompression()
    {
        if (!_compress || _body.Length < MinTrialBytes)
        {
            return;
        }
        ref Trials trials = ref _trials[_number];
        bool pays = _compressed.Length <= _body.Length / 10 * 9;
        trials.Failed = pays ? 0 : Math.Min(MostChunksUntried, (trials.Failed * 2) + 1);
        trials.Untried = trials.Failed;
        if (!pays)
        {
            SkipCompression();
        }
    }

    private void WriteDictionaryPage()
    {
        if (_dictionaryEntries == 0)
        {
            return;
        }
        if (_compress)
        {
            _compressor!.Compress(_dictionary.Written, _compressedDictionary);
        }
        ReadOnlySpan<byte> stored = _compress ? _compressedDictionary.Written : _dictionary.Written;
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

    /// <summary>How trials of a column went.</summary>
    private struct Trials
    {
        public int Failed;
        public int Untried;
    }
}
