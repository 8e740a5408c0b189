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
    private const int RowsPerGroup = 1 << 16;
    private const long PlainBytesPerGroup = 16L << 20;
    private const int UsualRowsPerPart = 16 << 20;
    private readonly int _rowsPerPart;

    // Metadata is known at the end only, and every part bears it: full parts wait for their footers.
    private readonly List<(FileStream Stream, ParquetWriter Writer)> _full = [];
    private readonly string _folder;
    private readonly string _partial;
    private readonly ParquetCodec _codec;
    private RowGroup _group;
    private RowGroup? _free;
    private Task? _writing;
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
    /// <param name="background">Whether row groups are written on another thread; the bytes are the same.</param>
    /// <param name="rowsPerPart">Rows after which another part is begun.</param>
    /// <exception cref="OutputException">The folder cannot be made.</exception>
    public EventsWriter(string folder, StringTable strings, ParquetCodec codec, bool background = false, int rowsPerPart = UsualRowsPerPart)
    {
        _rowsPerPart = rowsPerPart;
        _folder = folder;
        _partial = folder + ".partial";
        _codec = codec;
        _group = new RowGroup(strings);
        _free = background ? new RowGroup(strings) : null;
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
        _group.Rows.Add(e);
        FlushIfFull();
    }

    /// <summary>Appends a batch of events; their rows are numbered here, the events stay as they are.</summary>
    /// <param name="events">Where events are.</param>
    /// <param name="slots">Which of them, in row order.</param>
    public void AddRange(TraceEvent[] events, ReadOnlySpan<int> slots)
    {
        while (!slots.IsEmpty)
        {
            // A row group is full to the row: one more would begin another page.
            int room = Math.Min(EventBatchColumns.BatchRows, RowsInFullGroup - _group.RowCount);
            ReadOnlySpan<int> part = slots[..Math.Min(room, slots.Length)];
            _group.BatchBytes += 8L * _group.Batches.Add(events, part, RowCount);
            RowCount += part.Length;
            slots = slots[part.Length..];
            FlushIfFull();
        }
    }

    /// <summary>Writes what is left and gives the dataset its name.</summary>
    /// <exception cref="OutputException">The disk is full or the folder cannot be replaced.</exception>
    public void Commit()
    {
        Flush();
        Await();
        if (_part == 0 && _writer is null)
        {
            OpenPart();
        }
        EndPart();
        Guard(FinishParts);
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
        if (_writing is { } writing)
        {
            // Its outcome is of no interest any more.
            ((IAsyncResult)writing).AsyncWaitHandle.WaitOne();
        }
        EndPart();
        foreach ((FileStream stream, ParquetWriter writer) in _full)
        {
            writer.Dispose();
            stream.Dispose();
        }
        if (!_committed && Directory.Exists(_partial))
        {
            Guard(() => Directory.Delete(_partial, recursive: true));
        }
    }

    private int RowsInFullGroup => Math.Min(RowsPerGroup, _rowsPerPart);

    private void FlushIfFull()
    {
        if (_group.RowCount >= RowsInFullGroup || _group.PlainBytes >= PlainBytesPerGroup)
        {
            Flush();
        }
    }

    // With a second row group, one is filled while the other is written.
    private void Flush()
    {
        if (_group.RowCount == 0)
        {
            return;
        }
        if (_free is null)
        {
            Write(_group);
            return;
        }
        Await();
        RowGroup full = _group;
        full.Table.Freeze();
        _writing = Task.Run(() => Write(full));
        (_group, _free) = (_free, full);
    }

    private void Await()
    {
        _writing?.GetAwaiter().GetResult();
        _writing = null;
    }

    private void Write(RowGroup group)
    {
        if (_writer is null)
        {
            OpenPart();
        }
        Guard(() => group.Table.WriteRowGroup(_writer!));
        _rowsInPart += group.RowCount;
        group.Clear();
        if (_rowsInPart >= _rowsPerPart)
        {
            EndPart();
        }
    }

    private void OpenPart() => Guard(() =>
    {
        _stream = new FileStream(Path.Combine(_partial, PartName(_part)), FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
        _writer = ParquetTables.CreateWriter(_stream, EventsTable.Schema, _codec);
        _rowsInPart = 0;
    });

    private void EndPart()
    {
        if (_writer is null)
        {
            return;
        }
        _full.Add((_stream!, _writer));
        _writer = null;
        _stream = null;
        _part++;
    }

    private void FinishParts()
    {
        foreach ((FileStream stream, ParquetWriter writer) in _full)
        {
            foreach ((string key, string value) in _metadata)
            {
                writer.SetMetadata(key, value);
            }
            writer.Finish();
            writer.Dispose();
            stream.Dispose();
        }
        _full.Clear();
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

    /// <summary>Rows of a row group under construction.</summary>
    private sealed class RowGroup
    {
        public RowGroup(StringTable strings)
        {
            Table = new TableBuilder(EventsTable.Schema, strings);
            Rows = new EventColumns(Table);
            Batches = new EventBatchColumns(Table);
        }

        public TableBuilder Table { get; }

        public EventColumns Rows { get; }

        public EventBatchColumns Batches { get; }

        public long BatchBytes { get; set; }

        public int RowCount => Table.RowCount;

        public long PlainBytes => Rows.PlainBytes + BatchBytes;

        public void Clear()
        {
            Rows.Clear();
            BatchBytes = 0;
        }
    }
}
