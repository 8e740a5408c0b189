namespace SecondLook.Ingest.Formats.PerfData;

/// <summary>Records that wait until no earlier one can come. perf writes the buffers of the CPUs one after the other and marks each round.</summary>
/// <remarks>Models: ordered_events__flush, tools/perf/util/ordered-events.c, 6.1: what is not later than the latest of the round before may go.</remarks>
internal sealed class RecordQueue
{
    private const int MaxBytes = 64 << 20;

    // So little may wait whatever rounds say: files in which a record comes rounds too late are short ones, or written by others than perf.
    private const int FewBytes = 1 << 20;
    private byte[] _bytes = new byte[1 << 20];
    private List<Entry> _entries = [];
    private int _used;
    private long _arrival;
    private ulong _latest;
    private ulong _latestOfRound;

    /// <summary>Takes a record that waits.</summary>
    public delegate void Taker(ReadOnlySpan<byte> record, long offset);

    /// <summary>Whether so much waits that some must go although no round has ended.</summary>
    public bool IsFull => _used >= MaxBytes;

    /// <summary>Adds a record.</summary>
    /// <param name="record">With its header.</param>
    /// <param name="time">Time, 0 for what belongs before everything.</param>
    /// <param name="cpu">CPU, or -1.</param>
    /// <param name="offset">Offset in the file.</param>
    public void Add(ReadOnlySpan<byte> record, ulong time, int cpu, long offset)
    {
        if (_used + record.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, (_bytes.Length * 2) + record.Length);
        }
        record.CopyTo(_bytes.AsSpan(_used));
        _entries.Add(new Entry(time, cpu, _arrival++, _used, record.Length, offset));
        _used += record.Length;
        _latest = Math.Max(_latest, time);
    }

    /// <summary>A round has ended: lets go what the next one cannot precede.</summary>
    public void EndRound(Taker taker)
    {
        if (_used >= FewBytes)
        {
            Flush(taker, _latestOfRound);
        }
        _latestOfRound = _latest;
    }

    /// <summary>Lets the earlier half go.</summary>
    public void FlushHalf(Taker taker)
    {
        _entries.Sort();
        Flush(taker, _entries[_entries.Count / 2].Time);
    }

    /// <summary>Lets everything go.</summary>
    public void FlushAll(Taker taker) => Flush(taker, ulong.MaxValue);

    private void Flush(Taker taker, ulong limit)
    {
        _entries.Sort();
        int count = 0;
        while (count < _entries.Count && _entries[count].Time <= limit)
        {
            Entry entry = _entries[count++];
            taker(_bytes.AsSpan(entry.At, entry.Length), entry.Offset);
        }
        // What stays is moved to a fresh buffer, so that the old one can be filled from its start.
        byte[] bytes = new byte[Math.Max(1 << 20, Math.Min(_bytes.Length, MaxBytes))];
        List<Entry> rest = new(_entries.Count - count);
        _used = 0;
        for (int i = count; i < _entries.Count; i++)
        {
            Entry entry = _entries[i];
            if (_used + entry.Length > bytes.Length)
            {
                Array.Resize(ref bytes, (bytes.Length * 2) + entry.Length);
            }
            _bytes.AsSpan(entry.At, entry.Length).CopyTo(bytes.AsSpan(_used));
            rest.Add(entry with { At = _used });
            _used += entry.Length;
        }
        _bytes = bytes;
        _entries = rest;
    }

    private readonly record struct Entry(ulong Time, int Cpu, long Arrival, int At, int Length, long Offset) : IComparable<Entry>
    {
        public int CompareTo(Entry other) =>
            Time != other.Time ? Time.CompareTo(other.Time) : Cpu != other.Cpu ? Cpu.CompareTo(other.Cpu) : Arrival.CompareTo(other.Arrival);
    }
}
