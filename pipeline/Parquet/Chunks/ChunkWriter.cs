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
    private readonly ByteBuffer _compressed = new();
    private readonly ByteBuffer _header = new();
    private readonly CompactWriter _thrift;
    private readonly ColumnStatistics _pageStatistics = new();
    private ParquetColumn? _column;
    private bool _compress;

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
    public void Begin(ParquetColumn column, int rows, ReadOnlySpan<ulong> validity)
    {
        Layout.Arrange(rows, validity);
        Begin(column, rows);
    }

    /// <summary>Starts a chunk without any value.</summary>
    public void BeginNulls(ParquetColumn column, int rows)
    {
        Layout.ArrangeNulls(rows);
        Begin(column, rows);
    }

    private void Begin(ParquetColumn column, int rows)
    {
        _column = column;
        _compress = _compressor is not null;
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

    /// <summary>Empties the page buffer and hands it out for a dictionary.</summary>
    public ByteBuffer BeginDictionary()
    {
        _body.Clear();
        return _body;
    }

    /// <summary>Writes what was put into the page buffer as the dictionary page.</summary>
    public void EndDictionary(int entries)
    {
        ReadOnlySpan<byte> stored = Compress();
        StartHeader(PageType.Dictionary, stored.Length);
        _thrift.BeginStruct(7);
        _thrift.I32(1, entries);
        _thrift.I32(2, (int)PageEncoding.Plain);
        _thrift.EndStruct();
        Record.DictionaryOffset = _sink.Position;
        Record.Encodings |= 1 << (int)PageEncoding.Plain;
        Emit(stored);
        Record.DataOffset = _sink.Position;
    }

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
        ReadOnlySpan<byte> stored = Compress();
        StartHeader(PageType.Data, stored.Length);
        _thrift.BeginStruct(5);
        _thrift.I32(1, rows);
        _thrift.I32(2, (int)encoding);
        _thrift.I32(3, (int)PageEncoding.Rle);
        _thrift.I32(4, (int)PageEncoding.Rle);
        StatisticsThrift.Write(_thrift, 5, _pageStatistics);
        _thrift.EndStruct();
        Record.Encodings |= 1 << (int)encoding;
        Emit(stored);
    }

    private ReadOnlySpan<byte> Compress()
    {
        if (!_compress)
        {
            return _body.Written;
        }
        _compressor!.Compress(_body.Written, _compressed);
        return _compressed.Written;
    }

    private void StartHeader(PageType type, int storedBytes)
    {
        _header.Clear();
        _thrift.BeginStruct();
        _thrift.I32(1, (int)type);
        _thrift.I32(2, _body.Length);
        _thrift.I32(3, storedBytes);
    }

    private void Emit(ReadOnlySpan<byte> stored)
    {
        _thrift.EndStruct();
        _sink.Write(_header.Written);
        _sink.Write(stored);
        Record.UncompressedBytes += _header.Length + _body.Length;
        Record.CompressedBytes += _header.Length + stored.Length;
    }
}
