using SecondLook.Contracts.Diagnostics;
using SecondLook.Ingest.Inputs;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Formats.TraceDat;

/// <summary>Delivers the records of a trace.dat in the order of time over all CPUs and buffers.</summary>
internal sealed class TraceDatReader : ITraceReader
{
    private const int RecordsPerBlock = 1 << 16;
    private const long MaxBuffers = 1L << 28;
    private const long MostSearched = 1L << 30;
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
    private bool _searched;

    public TraceDatReader(TraceInput input, TraceSink sink)
    {
        _sink = sink;
        sink.Input.IsBinary = true;
        _bytes = SeekableBytes.Open(input);
        try
        {
            _file = TraceDatHeader.Read(input.Name, _bytes, input.Flag("salvage"));
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
            if (_file.IsDamaged && sink.CurrentStream >= 0)
            {
                sink.Gap(-1, -1, "damaged_page", 1);
            }
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
        PageLayout layout = PageLayout.Parse(_file.HeaderPage, _file.LongSize, _file.BigEndian);
        bool possible = IsPossible();
        for (int i = 0; i < _file.Buffers.Count; i++)
        {
            TraceBuffer buffer = _file.Buffers[i].IsPacked ? Packed(input, _file.Buffers[i], layout, possible) : _file.Buffers[i];
            int stream = Begin(input, buffer);
            SeekableBytes bytes = buffer.Memory is { } memory ? SeekableBytes.Of(memory) : _bytes;
            foreach (CpuArea area in possible || buffer.Memory is not null ? Settled(buffer, layout) : Searched(buffer, layout))
            {
                if (area.Size == 0)
                {
                    continue;
                }
                PageSource pages = new(bytes, area, buffer.PageSize, buffer.IsPacked ? _file.Unpacker : null, _file.BigEndian);
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
        if (!possible && _merge.IsEmpty)
        {
            throw new InputException("metadata_damaged", $"{input.Name}: the stretches of its CPUs overlap or do not fit: the table of records is damaged.");
        }
    }

    // Packed pages whose stretches are not where the table says are found by the marks of their packing and unpacked beforehand.
    private TraceBuffer Packed(TraceInput input, TraceBuffer buffer, PageLayout layout, bool possible)
    {
        bool fits = possible;
        foreach (CpuArea area in buffer.Areas)
        {
            fits &= area.Size == 0 || PageSource.BeginsChunks(_bytes, area.Offset, buffer.PageSize, _file.BigEndian);
        }
        if (fits || _bytes.Length > MostSearched)
        {
            return buffer;
        }
        _file.IsDamaged = true;
        byte[] pages = _searched ? [] : TraceDatSalvage.PackedPages(input.Name, _bytes, new PageCheck(layout, buffer.PageSize, TraceDatSalvage.Ids(_file)), _file.BigEndian);
        _searched = true;
        SeekableBytes bytes = SeekableBytes.Of(pages);
        List<long> offsets = [];
        for (long at = 0; at < pages.Length; at += buffer.PageSize)
        {
            offsets.Add(at);
        }
        return buffer with { IsPacked = false, Memory = pages, Areas = TraceDatSalvage.Areas(offsets, bytes, buffer.PageSize, [], _file.BigEndian) };
    }

    // Areas that overlap exist only in damaged files, and would let a small file take for ever.
    private bool IsPossible()
    {
        long budget = MaxBuffers;
        long promised = 0;
        foreach (TraceBuffer buffer in _file.Buffers)
        {
            foreach (CpuArea area in buffer.Areas)
            {
                long there = buffer.Memory is null ? Math.Clamp(_bytes.Length - area.Offset, 0, Math.Max(area.Size, 0)) : 0;
                promised += there;
                budget -= Math.Min(buffer.PageSize, there);
            }
        }
        return promised <= _bytes.Length && budget >= 0;
    }

    // Where the pages of a buffer are: as the table says, or where a search finds them when they have moved.
    private List<CpuArea> Settled(TraceBuffer buffer, PageLayout layout)
    {
        if (buffer.IsPacked || buffer.Memory is not null || _bytes.Length > MostSearched)
        {
            return buffer.Areas;
        }
        PageCheck check = new(layout, buffer.PageSize, TraceDatSalvage.Ids(_file));
        return new PageSearch(_bytes, check).IsMoved(buffer.Areas) ? Searched(buffer, layout) : buffer.Areas;
    }

    private List<CpuArea> Searched(TraceBuffer buffer, PageLayout layout)
    {
        PageCheck check = new(layout, buffer.PageSize, TraceDatSalvage.Ids(_file));
        List<long> pages = buffer.IsPacked || _bytes.Length > MostSearched ? [] : new PageSearch(_bytes, check).All(0);
        if (pages.Count == 0)
        {
            return [];
        }
        _file.IsDamaged = true;
        if (_searched)
        {
            // Several buffers share the pages that are found: they go to the buffer whose table names places near them, the first one without.
            return [];
        }
        _searched = true;
        List<CpuArea> all = [];
        foreach (TraceBuffer each in _file.Buffers)
        {
            all.AddRange(each.Areas);
        }
        return TraceDatSalvage.Areas(pages, _bytes, buffer.PageSize, all, _file.BigEndian);
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
        // trace-cmd names the clock after what it makes of it; what is recorded are cycles.
        bool cycles = facts.Unit == "cycles" || (facts.Clock == "tsc2nsec" && _correction.Multiplier != 0);
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
            if (cpu.MissedCount >= 0)
            {
                _sink.Gap(cpu.Cpu, cpu.MissedCount, "overrun", number);
            }
            if (cpu.MissedUncounted)
            {
                _sink.Gap(cpu.Cpu, -1, "overrun", number);
            }
            cpu.ClearMissed();
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
