using SecondLook.Contracts.Diagnostics;
using SecondLook.Ingest.Inputs;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Formats.TraceDat;

/// <summary>Delivers the records of a trace.dat in the order of time over all CPUs and buffers.</summary>
internal sealed class TraceDatReader : ITraceReader
{
    private const int RecordsPerBlock = 1 << 16;
    private const long MaxBuffers = 1L << 28;
    private readonly TraceSink _sink;
    private readonly SeekableBytes _bytes;
    private readonly TraceDatFile _file;
    private readonly RecordDecoder _decoder;
    private readonly StampCorrection _correction;
    private readonly RecordMerge _merge = new();
    private readonly List<(StreamFacts Facts, int Index, bool Cycles, bool Corrected)> _streams = [];
    private readonly int _firstStream;
    private long _number;
    private int _selected = -1;

    public TraceDatReader(TraceInput input, TraceSink sink)
    {
        _sink = sink;
        sink.Input.IsBinary = true;
        _bytes = SeekableBytes.Open(input);
        try
        {
            _file = TraceDatHeader.Read(input.Name, _bytes);
            _correction = _file.Correction;
            _decoder = new RecordDecoder(sink, _file.BigEndian);
            foreach (byte[] text in _file.Formats)
            {
                _decoder.Add(text);
            }
            _decoder.AddComms(_file.Comms);
            _firstStream = sink.State.Streams.Count;
            foreach (GuestLink guest in _file.Guests)
            {
                sink.State.Sessions.AddLink(guest, sink.State);
            }
            OpenBuffers(input);
        }
        catch
        {
            _bytes.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public bool ReadBlock()
    {
        LineHeader header = default;
        header.StampIsNs = _selected >= 0 && _streams[_selected].Facts.Unit == "ns";
        for (int i = 0; i < RecordsPerBlock && !_merge.IsEmpty; i++)
        {
            CpuRecords cpu = _merge.First;
            if (cpu.Stream != _selected)
            {
                _selected = cpu.Stream;
                _sink.UseStream(_firstStream + _selected);
                header.StampIsNs = _streams[_selected].Facts.Unit == "ns";
            }
            _number++;
            if (cpu.Missed || cpu.Damaged)
            {
                Gaps(cpu, _number);
            }
            header.Tid = -1;
            header.Tgid = -1;
            header.Cpu = cpu.Cpu;
            header.HasTime = true;
            header.Stamp = cpu.Time;
            _decoder.Deliver(ref header, cpu.Stamp, cpu.Record, _number, cpu.Offset);
            if (!cpu.MoveNext())
            {
                _merge.RemoveFirst();
                End(cpu);
            }
            else
            {
                SetSortStamp(cpu);
                if (!_merge.IsStillFirst())
                {
                    _merge.Sink();
                }
            }
        }
        if (_merge.IsEmpty)
        {
            Finish();
        }
        return !_merge.IsEmpty;
    }

    /// <inheritdoc/>
    public void Dispose() => _bytes.Dispose();

    private void OpenBuffers(TraceInput input)
    {
        long budget = MaxBuffers;
        // Areas that overlap exist only in damaged files, and would let a small file take for ever.
        long promised = 0;
        foreach (TraceBuffer buffer in _file.Buffers)
        {
            int stream = Begin(input, buffer);
            PageLayout layout = PageLayout.Parse(_file.HeaderPage, _file.LongSize, _file.BigEndian);
            foreach (CpuArea area in buffer.Areas)
            {
                if (area.Size == 0)
                {
                    continue;
                }
                long there = Math.Clamp(_bytes.Length - area.Offset, 0, area.Size);
                promised += there;
                budget -= Math.Min(buffer.PageSize, there);
                if (promised > _bytes.Length || budget < 0)
                {
                    throw new InputException("metadata_damaged", $"{input.Name}: the stretches of its CPUs overlap or do not fit: the table of records is damaged.");
                }
                PageSource pages = new(_bytes, area, buffer.PageSize, buffer.IsPacked ? _file.Unpacker : null, _file.BigEndian);
                CpuRecords cpu = new(area.Cpu, stream, pages, layout);
                if (cpu.MoveNext())
                {
                    SetSortStamp(cpu);
                    _merge.Add(cpu);
                }
                else
                {
                    End(cpu);
                }
            }
        }
    }

    private int Begin(TraceInput input, TraceBuffer buffer)
    {
        bool isGuest = _correction.IsGuest;
        string name = isGuest && buffer.Name.Length == 0 ? $"guest:{_file.TraceId:x}" : buffer.Name;
        StreamFacts facts = input.NewStream(name, isGuest);
        if (!input.Options.ContainsKey("clock") && (buffer.Clock ?? _file.Clock) is { } clock)
        {
            TraceInput.NameClock(facts, clock);
        }
        string[] uname = (_file.Uname ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (uname.Length >= 4)
        {
            facts.Kernel ??= uname[2];
            facts.Arch ??= uname[^1];
        }
        bool cycles = facts.Unit == "cycles";
        if (cycles && _correction.Multiplier != 0)
        {
            facts.Unit = "ns";
        }
        int stream = _streams.Count;
        _streams.Add((facts, _sink.BeginStream(facts), cycles, !_correction.IsNone(cycles)));
        if (isGuest)
        {
            _sink.State.Sessions.AddGuest(_file.TraceId, facts);
        }
        return stream;
    }

    private void SetSortStamp(CpuRecords cpu)
    {
        (_, _, bool cycles, bool corrected) = _streams[cpu.Stream];
        cpu.Time = corrected ? _correction.Apply(cpu.Stamp, cpu.Cpu, cycles) : cpu.Stamp;
        cpu.SortStamp = Math.Max(cpu.SortStamp, cpu.Time);
    }

    private void Gaps(CpuRecords cpu, long number)
    {
        if (cpu.Damaged)
        {
            cpu.Damaged = false;
            _sink.Gap(cpu.Cpu, -1, "damaged_page", number);
        }
        if (cpu.Missed)
        {
            cpu.Missed = false;
            _sink.Gap(cpu.Cpu, cpu.MissedCount, "overrun", number);
        }
    }

    private void End(CpuRecords cpu)
    {
        _selected = cpu.Stream;
        _sink.UseStream(_firstStream + _selected);
        Gaps(cpu, _number + 1);
        if (cpu.IsCut)
        {
            _sink.Gap(cpu.Cpu, -1, "truncated_file", _number + 1);
        }
    }

    private void Finish()
    {
        if (_file.Overrun > 0)
        {
            _sink.Input.EntriesInBuffer = _number;
            _sink.Input.EntriesWritten = _number + _file.Overrun;
        }
    }
}
