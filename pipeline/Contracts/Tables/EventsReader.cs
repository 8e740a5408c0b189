using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Events;
using SecondLook.Parquet;

namespace SecondLook.Contracts.Tables;

/// <summary>Reads the <c>events</c> parts of a dataset in order, a row group at a time, so that memory does not grow with the trace.</summary>
public sealed class EventsReader : IDisposable
{
    private readonly List<string> _parts = [];
    private readonly Array?[] _values = new Array?[EventsTable.Schema.Columns.Count];
    private readonly ulong[][] _validity = new ulong[EventsTable.Schema.Columns.Count][];
    private ParquetReader? _reader;
    private int _part = -1;
    private int _group;
    private int _rows;
    private int _row = -1;

    /// <summary>Opens a dataset.</summary>
    /// <param name="folder">The folder that holds <c>part-00000.parquet</c> and so on.</param>
    /// <exception cref="ArtifactException">There is no part, or one is damaged.</exception>
    public EventsReader(string folder)
    {
        for (int i = 0; ; i++)
        {
            string path = Path.Combine(folder, EventsWriter.PartName(i));
            if (!File.Exists(path))
            {
                break;
            }
            _parts.Add(path);
        }
        if (_parts.Count == 0)
        {
            throw new ArtifactException(Path.Combine(folder, EventsWriter.PartName(0)), "no such file", EventsTable.Schema.Id);
        }
        OpenPart(0);
    }

    /// <summary>Key-value metadata of the first part.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _firstMetadata!;

    /// <summary>Strings that the events' ids refer to.</summary>
    public StringTable Strings { get; } = new();

    private IReadOnlyDictionary<string, string>? _firstMetadata;

    /// <summary>Reads the next event.</summary>
    /// <param name="e">Filled; its columns that are null in the file are absent.</param>
    /// <returns>False at the end.</returns>
    public bool TryRead(ref TraceEvent e)
    {
        if (++_row >= _rows && !NextGroup())
        {
            return false;
        }
        e.Clear();
        for (int c = 0; c < _values.Length; c++)
        {
            if (_values[c] is null || (_validity[c][_row >> 6] >> (_row & 63) & 1) == 0)
            {
                continue;
            }
            switch ((EventColumn)c)
            {
                case EventColumn.Seq:
                    e.Seq = Longs(0)[_row];
                    break;
                case EventColumn.TsNs:
                    e.TsNs = Longs(1)[_row];
                    break;
                case EventColumn.TsRaw:
                    e.TsRaw = unchecked((ulong)Longs(2)[_row]);
                    break;
                case EventColumn.ClockEpoch:
                    e.ClockEpoch = (short)Ints(3)[_row];
                    break;
                case EventColumn.Stream:
                    e.Stream = (short)Ints(4)[_row];
                    break;
                case EventColumn.Cpu:
                    e.Cpu = (short)Ints(5)[_row];
                    break;
                case EventColumn.Tid:
                    e.Tid = Ints(6)[_row];
                    break;
                case EventColumn.Tgid:
                    e.Tgid = Ints(7)[_row];
                    break;
                case EventColumn.Comm:
                    e.Comm = Ints(8)[_row];
                    break;
                case EventColumn.Kind:
                    e.Kind = (TraceEventKind)Ints(9)[_row];
                    break;
                case EventColumn.Op:
                    e.Op = (TraceEventOp)Ints(10)[_row];
                    break;
                case EventColumn.Src:
                    e.Src = Ints(11)[_row];
                    break;
                case EventColumn.Vm:
                    e.Vm = (short)Ints(12)[_row];
                    break;
                case EventColumn.Vcpu:
                    e.Vcpu = (short)Ints(13)[_row];
                    break;
                case EventColumn.Start:
                    e.Start = unchecked((ulong)Longs(14)[_row]);
                    break;
                case EventColumn.End:
                    e.End = unchecked((ulong)Longs(15)[_row]);
                    break;
                case EventColumn.Space:
                    e.Space = (AddressSpaceKind)Ints(16)[_row];
                    break;
                case EventColumn.Gfn:
                    e.Gfn = unchecked((ulong)Longs(17)[_row]);
                    break;
                case EventColumn.Pfn:
                    e.Pfn = unchecked((ulong)Longs(18)[_row]);
                    break;
                case EventColumn.Npages:
                    e.Npages = Longs(19)[_row];
                    break;
                case EventColumn.Level:
                    e.Level = (byte)Ints(20)[_row];
                    break;
                case EventColumn.AsId:
                    e.AsId = (byte)Ints(21)[_row];
                    break;
                case EventColumn.Slot:
                    e.Slot = Ints(22)[_row];
                    break;
                case EventColumn.Young:
                    e.Young = Bools(23)[_row];
                    break;
                case EventColumn.YoungSrc:
                    e.YoungSrc = (YoungSource)Ints(24)[_row];
                    break;
                case EventColumn.Flush:
                    e.Flush = Bools(25)[_row];
                    break;
                case EventColumn.Access:
                    e.Access = (byte)Ints(26)[_row];
                    break;
                case EventColumn.ErrorCode:
                    e.ErrorCode = unchecked((ulong)Longs(27)[_row]);
                    break;
                case EventColumn.OldSpte:
                    e.OldSpte = unchecked((ulong)Longs(28)[_row]);
                    break;
                case EventColumn.NewSpte:
                    e.NewSpte = unchecked((ulong)Longs(29)[_row]);
                    break;
                case EventColumn.SpteFormat:
                    e.SpteFormat = (SpteFormat)Ints(30)[_row];
                    break;
                case EventColumn.Mm:
                    e.Mm = unchecked((ulong)Longs(31)[_row]);
                    break;
                case EventColumn.Lru:
                    e.Lru = (byte)Ints(32)[_row];
                    break;
                case EventColumn.N0:
                    e.N0 = Longs(33)[_row];
                    break;
                case EventColumn.N1:
                    e.N1 = Longs(34)[_row];
                    break;
                case EventColumn.N2:
                    e.N2 = Longs(35)[_row];
                    break;
                case EventColumn.N3:
                    e.N3 = Longs(36)[_row];
                    break;
                case EventColumn.N4:
                    e.N4 = Longs(37)[_row];
                    break;
                case EventColumn.N5:
                    e.N5 = Longs(38)[_row];
                    break;
                case EventColumn.N6:
                    e.N6 = Longs(39)[_row];
                    break;
                case EventColumn.N7:
                    e.N7 = Longs(40)[_row];
                    break;
                case EventColumn.MemcgId:
                    e.MemcgId = unchecked((ulong)Longs(41)[_row]);
                    break;
                case EventColumn.Lost:
                    e.Lost = Longs(42)[_row];
                    break;
                case EventColumn.Cause:
                    e.Cause = Ints(43)[_row];
                    break;
                case EventColumn.Text:
                    e.Text = Ints(44)[_row];
                    break;
                case EventColumn.Extra:
                    e.Extra = Ints(45)[_row];
                    break;
                case EventColumn.FileNo:
                    e.FileNo = (short)Ints(46)[_row];
                    break;
                case EventColumn.Line:
                    e.Line = Longs(47)[_row];
                    break;
            }
        }
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _reader?.Dispose();

    private long[] Longs(int column) => (long[])_values[column]!;

    private int[] Ints(int column) => (int[])_values[column]!;

    private bool[] Bools(int column) => (bool[])_values[column]!;

    private bool NextGroup()
    {
        while (_group >= _reader!.RowGroupCount)
        {
            if (_part + 1 >= _parts.Count)
            {
                _rows = 0;
                _row = 0;
                return false;
            }
            OpenPart(_part + 1);
        }
        _rows = _reader.RowsInGroup(_group);
        for (int c = 0; c < _values.Length; c++)
        {
            LoadColumn(c);
        }
        _group++;
        _row = 0;
        return _rows > 0 || NextGroup();
    }

    private void OpenPart(int part)
    {
        _reader?.Dispose();
        _reader = ParquetTables.Open(_parts[part], EventsTable.Schema);
        _firstMetadata ??= _reader.Metadata;
        _part = part;
        _group = 0;
    }

    private void LoadColumn(int index)
    {
        TableColumn column = EventsTable.Schema.Columns[index];
        int position = ParquetTables.PositionOf(_reader!, column.Name);
        _values[index] = null;
        _validity[index] = new ulong[(_rows + 63) >> 6];
        if (position < 0)
        {
            return;
        }
        switch (column.Type)
        {
            case ParquetType.Boolean:
                bool[] bools = new bool[_rows];
                _reader!.ReadBoolean(_group, position, bools, _validity[index]);
                _values[index] = bools;
                break;
            case ParquetType.Int32:
                int[] ints = new int[_rows];
                _reader!.ReadInt32(_group, position, ints, _validity[index]);
                _values[index] = ints;
                break;
            case ParquetType.Int64:
                long[] longs = new long[_rows];
                _reader!.ReadInt64(_group, position, longs, _validity[index]);
                _values[index] = longs;
                break;
            default:
                _values[index] = ReadIds(position, _validity[index]);
                break;
        }
    }

    private int[] ReadIds(int position, ulong[] validity)
    {
        ByteArrayColumn column = _reader!.ReadByteArrays(_group, position);
        ReadOnlySpan<byte> bytes = column.Bytes;
        ReadOnlySpan<int> offsets = column.Offsets;
        column.Validity.AsSpan(0, validity.Length).CopyTo(validity);
        int[] ids = new int[_rows];
        for (int r = 0; r < _rows; r++)
        {
            if ((validity[r >> 6] >> (r & 63) & 1) != 0)
            {
                ids[r] = Strings.Intern(bytes[offsets[r]..offsets[r + 1]]);
            }
        }
        return ids;
    }
}
