using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Events;
using SecondLook.Parquet;

namespace SecondLook.Contracts.Tables;

/// <summary>
/// Writes the <c>events</c> table as parts of at most 16 Mi rows. The dataset appears whole or not at all: rows go to a sibling folder that
/// <see cref="Commit"/> renames.
/// </summary>
public sealed class EventsWriter : IDisposable
{
    private const int RowsPerGroup = 1 << 20;
    private const long PlainBytesPerGroup = 64L << 20;
    private const int RowsPerPart = 16 << 20;
    private readonly string _folder;
    private readonly string _partial;
    private readonly ParquetCodec _codec;
    private readonly TableBuilder _rows;
    private readonly EventColumns _columns;
    private readonly EventBatchColumns _batch;
    private long _batchBytes;
    private readonly List<(string Key, string Value)> _metadata = [];
    private FileStream? _stream;
    private ParquetWriter? _writer;
    private int _part;
    private int _rowsInPart;
    private bool _committed;

    /// <summary>Begins a dataset.</summary>
    /// <param name="folder">Final folder; replaced if it exists.</param>
    /// <param name="strings">String table that the events' ids belong to.</param>
    /// <param name="codec">Compression.</param>
    /// <exception cref="OutputException">The folder cannot be made.</exception>
    public EventsWriter(string folder, StringTable strings, ParquetCodec codec)
    {
        _folder = folder;
        _partial = folder + ".partial";
        _codec = codec;
        _rows = new TableBuilder(EventsTable.Schema, strings);
        _columns = new EventColumns(_rows);
        _batch = new EventBatchColumns(_rows);
        Guard(() =>
        {
            if (Directory.Exists(_partial))
            {
                Directory.Delete(_partial, recursive: true);
            }
            Directory.CreateDirectory(_partial);
        });
    }

    /// <summary>Rows written so far; the next event's <see cref="TraceEvent.Seq"/>.</summary>
    public long RowCount { get; private set; }

    /// <summary>Name of a part file.</summary>
    public static string PartName(int part) => $"part-{part:d5}.parquet";

    /// <summary>Folder that side tables of the dataset may be written to before <see cref="Commit"/>.</summary>
    public string PartialFolder => _partial;

    /// <summary>Adds metadata, repeated in every part; set it before <see cref="Commit"/>.</summary>
    public void SetMetadata(string key, string value) => _metadata.Add((key, value));

    /// <summary>Appends one event; its <see cref="TraceEvent.Seq"/> is set here.</summary>
    public void Add(ref TraceEvent e)
    {
        e.Seq = RowCount++;
        _columns.Add(e);
        if (_columns.RowCount >= RowsPerGroup || _columns.PlainBytes >= PlainBytesPerGroup)
        {
            Flush();
        }
    }

    /// <summary>Appends a batch of events; their rows are numbered here, the events stay as they are.</summary>
    /// <param name="events">Where events are.</param>
    /// <param name="slots">Which of them, in row order.</param>
    public void AddRange(TraceEvent[] events, ReadOnlySpan<int> slots)
    {
        while (!slots.IsEmpty)
        {
            ReadOnlySpan<int> part = slots[..Math.Min(64, slots.Length)];
            _batchBytes += 8L * _batch.Add(events, part, RowCount);
            RowCount += part.Length;
            slots = slots[part.Length..];
            if (_columns.RowCount >= RowsPerGroup || _columns.PlainBytes + _batchBytes >= PlainBytesPerGroup)
            {
                Flush();
            }
        }
    }

    /// <summary>Writes what is left and gives the dataset its name.</summary>
    /// <exception cref="OutputException">The disk is full or the folder cannot be replaced.</exception>
    public void Commit()
    {
        Flush();
        if (_part == 0 && _writer is null)
        {
            OpenPart();
        }
        ClosePart();
        Guard(() =>
        {
            if (Directory.Exists(_folder))
            {
                Directory.Delete(_folder, recursive: true);
            }
            Directory.Move(_partial, _folder);
        });
        _committed = true;
    }

    /// <summary>Removes the unfinished dataset unless it was committed.</summary>
    public void Dispose()
    {
        _writer?.Dispose();
        _stream?.Dispose();
        if (!_committed && Directory.Exists(_partial))
        {
            Guard(() => Directory.Delete(_partial, recursive: true));
        }
    }

    private void Flush()
    {
        if (_columns.RowCount == 0)
        {
            return;
        }
        if (_writer is null)
        {
            OpenPart();
        }
        Guard(() => _rows.WriteRowGroup(_writer!));
        _rowsInPart += _columns.RowCount;
        _columns.Clear();
        _batchBytes = 0;
        if (_rowsInPart >= RowsPerPart)
        {
            ClosePart();
        }
    }

    private void OpenPart() => Guard(() =>
    {
        _stream = new FileStream(Path.Combine(_partial, PartName(_part)), FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
        _writer = ParquetTables.CreateWriter(_stream, EventsTable.Schema, _codec);
        _rowsInPart = 0;
    });

    private void ClosePart()
    {
        if (_writer is null)
        {
            return;
        }
        Guard(() =>
        {
            foreach ((string key, string value) in _metadata)
            {
                _writer!.SetMetadata(key, value);
            }
            _writer!.Finish();
            _writer.Dispose();
            _stream!.Dispose();
        });
        _writer = null;
        _stream = null;
        _part++;
    }

    private void Guard(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"{Path.GetFileName(_folder)}: cannot be written: {e.Message}");
        }
    }
}
