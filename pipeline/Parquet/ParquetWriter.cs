using SecondLook.Parquet.Chunks;
using SecondLook.Parquet.Codecs;
using SecondLook.Parquet.Encodings;
using SecondLook.Parquet.Format;

namespace SecondLook.Parquet;

/// <summary>
/// Writes one Parquet file front to back. The same calls give the same bytes. Not for use by several threads at once.
/// </summary>
/// <remarks>Without <see cref="Finish"/> the file has no footer, so that no reader takes a broken-off one for whole.</remarks>
public sealed class ParquetWriter : IDisposable
{
    private readonly FileSink _sink;
    private readonly PageCompressor? _compressor;
    private readonly List<RowGroupRecord> _groups = [];
    private readonly SortedDictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private readonly RowGroupWriter _rowGroup;
    private readonly int _sortedBy;
    private bool _finished;

    /// <summary>Starts a file.</summary>
    /// <param name="output">Stream to write to; only written forward, flushed by <see cref="Finish"/>, and left open for its owner.</param>
    /// <param name="columns">The schema, at least one column.</param>
    /// <param name="options">Codec, page size, order.</param>
    /// <exception cref="ArgumentException">The schema or the options contradict themselves.</exception>
    /// <exception cref="ParquetException">The codec is not there on this machine.</exception>
    public ParquetWriter(Stream output, IReadOnlyList<ParquetColumn> columns, ParquetWriterOptions options)
    {
        ArgumentNullException.ThrowIfNull(output);
        CheckSchema(columns);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.PageRows);
        Columns = [.. columns];
        _sortedBy = FindSortColumn(options.SortedBy);
        _compressor = options.Codec == ParquetCodec.None ? null : new PageCompressor(options.Codec, options.CodecLevel);
        _sink = new FileSink(output);
        _sink.Write("PAR1"u8);
        int pageRows = (int)Math.Min(1 << 24, (options.PageRows + 63L) & ~63L);
        _rowGroup = new RowGroupWriter(this, new ChunkWriter(_sink, _compressor, pageRows));
    }

    /// <summary>The schema.</summary>
    public IReadOnlyList<ParquetColumn> Columns { get; }

    /// <summary>Rows in the row groups that were ended.</summary>
    public long RowCount { get; private set; }

    /// <summary>Bytes written so far.</summary>
    public long Position => _sink.Position;

    /// <summary>Starts a row group; its columns are then written in the order of the schema.</summary>
    /// <param name="rowCount">Rows of every column, 0 included.</param>
    /// <returns>The row group's writer; the same object every time, because it keeps its buffers.</returns>
    public RowGroupWriter BeginRowGroup(int rowCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount);
        ThrowIfFinished();
        _rowGroup.Begin(rowCount, _sink.Position);
        return _rowGroup;
    }

    /// <summary>Sets a key-value pair of the footer; pairs are written in ordinal order of their keys.</summary>
    /// <param name="key">Key; a second value replaces the first.</param>
    /// <param name="value">Value.</param>
    public void SetMetadata(string key, string value)
    {
        ThrowIfFinished();
        _metadata[key] = value;
    }

    /// <summary>Writes the footer and flushes the stream.</summary>
    public void Finish()
    {
        ThrowIfFinished();
        if (_rowGroup.IsOpen)
        {
            throw new InvalidOperationException("The row group was not ended.");
        }
        var footer = new ByteBuffer();
        FooterWriter.Write(footer, Columns, _groups, _metadata, _sortedBy);
        footer.AppendInt32(footer.Length);
        footer.Append("PAR1"u8);
        _sink.Write(footer.Written);
        _sink.Flush();
        _finished = true;
    }

    /// <summary>Frees the codec. Finishes nothing and closes nothing.</summary>
    public void Dispose() => _compressor?.Dispose();

    /// <summary>Takes a row group that was ended.</summary>
    internal void Take(RowGroupRecord group)
    {
        _groups.Add(group);
        RowCount += group.Rows;
    }

    private static void CheckSchema(IReadOnlyList<ParquetColumn> columns)
    {
        if (columns.Count == 0)
        {
            throw new ArgumentException("A schema needs at least one column.", nameof(columns));
        }
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (ParquetColumn column in columns)
        {
            string? problem = column.Problem() ?? (names.Add(column.Name) ? null : $"column '{column.Name}' occurs twice");
            if (problem is not null)
            {
                throw new ArgumentException($"Schema: {problem}.", nameof(columns));
            }
        }
    }

    private int FindSortColumn(string? name)
    {
        for (int i = 0; i < Columns.Count; i++)
        {
            if (Columns[i].Name == name)
            {
                return i;
            }
        }
        return name is null ? -1 : throw new ArgumentException($"Sorted by '{name}', which is not a column.");
    }

    private void ThrowIfFinished()
    {
        if (_finished)
        {
            throw new InvalidOperationException("The file is finished.");
        }
    }
}
