using SecondLook.Contracts.Diagnostics;
using SecondLook.Ingest.Formats.TraceDat;
using SecondLook.Ingest.Inputs;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Formats.PerfData;

/// <summary>Delivers the samples of a perf.data in the order of time, with the names that threads had at that moment.</summary>
internal sealed partial class PerfDataReader : ITraceReader
{
    private const int RecordsPerBlock = 1 << 14;
    private const int HeaderSize = 8;
    private const int MaxRecord = 1 << 16;
    private const int MaxUnpacked = 64 << 20;
    private readonly TraceInput _input;
    private readonly TraceSink _sink;
    private readonly SeekableBytes _bytes;
    private readonly PerfDataHeader _header;
    private readonly RecordQueue _queue = new();
    private readonly byte[] _window = new byte[1 << 20];
    private readonly byte[] _record = new byte[MaxRecord + RecordPlan.Overread];
    private RecordDecoder _decoder;
    private ZstdFeed? _zstd;
    private byte[] _plain = [];
    private int _plainLength;
    private long _windowAt;
    private int _windowLength;
    private long _at;
    private ulong _lastTime;
    private long _number;
    private bool _cut;
    private bool _ended;

    public PerfDataReader(TraceInput input, TraceSink sink)
    {
        _input = input;
        _sink = sink;
        sink.Input.IsBinary = true;
        _bytes = SeekableBytes.Open(input);
        try
        {
            _header = PerfDataHeader.Read(input.Name, _bytes);
        }
        catch
        {
            _bytes.Dispose();
            throw;
        }
        _at = _header.DataStart;
        _cut = _header.IsCut || _bytes.IsCut;
        _decoder = NewDecoder();
        StreamFacts facts = input.NewStream();
        if (!input.Options.ContainsKey("clock"))
        {
            string clock = _header.Clock;
            if (clock != "local" || input.Clock is null)
            {
                TraceInput.NameClock(facts, clock);
            }
        }
        facts.Kernel ??= _header.Kernel;
        facts.Arch ??= _header.Arch;
        sink.BeginStream(facts);
    }

    /// <inheritdoc/>
    public bool ReadBlock()
    {
        for (int i = 0; i < RecordsPerBlock && !_ended; i++)
        {
            if (!Next())
            {
                End();
            }
        }
        return !_ended;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _zstd?.Dispose();
        _bytes.Dispose();
    }

    private RecordDecoder NewDecoder()
    {
        RecordDecoder decoder = new(_sink, _header.Texts.BigEndian);
        decoder.SetComm(0, "swapper"u8);
        foreach (byte[] text in _header.Texts.Formats)
        {
            decoder.Add(text);
        }
        decoder.AddComms(_header.Texts.Comms);
        return decoder;
    }

    // Reads one record of the file.
    private bool Next()
    {
        ReadOnlySpan<byte> head = Look(HeaderSize);
        if (head.Length < HeaderSize)
        {
            _cut |= head.Length > 0;
            return false;
        }
        int size = SizeOf(head);
        if (!IsRecord(head) || (KindOf(head) == PerfRecord.Sample && !IsWhole(head)))
        {
            return Resynchronise();
        }
        ReadOnlySpan<byte> record = Look(size);
        if (record.Length < size)
        {
            _cut = true;
            return false;
        }
        long offset = _at;
        _at += size;
        Take(record, offset, true);
        return true;
    }

    private void Take(ReadOnlySpan<byte> record, long offset, bool inFile)
    {
        ReadOnlySpan<byte> body = record[HeaderSize..];
        PerfRecord kind = KindOf(record);
        switch (kind)
        {
            case PerfRecord.Sample or PerfRecord.Comm or PerfRecord.Fork or PerfRecord.Lost or PerfRecord.LostSamples:
                Enqueue(kind, record, body, offset);
                break;
            case PerfRecord.FinishedRound:
                _queue.EndRound(Deliver);
                break;
            case PerfRecord.Compressed or PerfRecord.Compressed2 when inFile:
                Unpack(kind, body, offset);
                break;
            case PerfRecord.Attribute or PerfRecord.TracingData or PerfRecord.Feature or PerfRecord.AuxTrace when inFile:
                Metadata(kind, offset, record.Length);
                break;
        }
    }

    private void Enqueue(PerfRecord kind, ReadOnlySpan<byte> record, ReadOnlySpan<byte> body, long offset)
    {
        PerfSample sample = default;
        if (AttributeOf(kind, body) is { } attribute)
        {
            if (kind == PerfRecord.Sample)
            {
                _ = sample.TryRead(body, attribute, _header.BigEndian);
            }
            else
            {
                sample.ReadTrailer(body, attribute, _header.BigEndian);
            }
        }
        // Without a time of its own a record belongs where it stands.
        ulong time = sample.HasTime ? sample.Time : _lastTime;
        _lastTime = time;
        _queue.Add(record, time, sample.Cpu, offset);
        if (_queue.IsFull)
        {
            _queue.FlushHalf(Deliver);
        }
    }

    private PerfAttribute? AttributeOf(PerfRecord kind, ReadOnlySpan<byte> body)
    {
        if (_header.First is not { } first || kind != PerfRecord.Sample)
        {
            return _header.First;
        }
        int at = PerfSample.IdOffset(first.SampleType);
        return at < 0 ? first : at <= body.Length - 8 ? _header.Find(PerfSample.U64(body, at, _header.BigEndian)) : null;
    }

    private void Deliver(ReadOnlySpan<byte> record, long offset)
    {
        ReadOnlySpan<byte> body = record[HeaderSize..];
        switch (KindOf(record))
        {
            case PerfRecord.Sample:
                DeliverSample(record, body, offset);
                break;
            case PerfRecord.Comm when body.Length > 8:
                int end = body[8..].IndexOf((byte)0);
                Name(Number(body, 0), Number(body, 4), end < 0 ? body[8..] : body.Slice(8, end));
                break;
            case PerfRecord.Fork when body.Length >= 16:
                Name(Number(body, 0), Number(body, 8), _decoder.CommOf(Number(body, 12)));
                break;
            case PerfRecord.Lost when body.Length >= 16:
                Lost(body, PerfSample.U64(body, 8, _header.BigEndian));
                break;
            case PerfRecord.LostSamples when body.Length >= 8:
                Lost(body, PerfSample.U64(body, 0, _header.BigEndian));
                break;
        }
    }

    private void DeliverSample(ReadOnlySpan<byte> record, ReadOnlySpan<byte> body, long offset)
    {
        _number++;
        PerfSample sample = default;
        if (AttributeOf(PerfRecord.Sample, body) is not { } attribute || !sample.TryRead(body, attribute, _header.BigEndian))
        {
            _sink.Quarantine(_number, offset, "malformed_event", record);
            return;
        }
        if (!attribute.IsTracepoint || sample.RawAt < 0)
        {
            _sink.State.OtherLines++;
            return;
        }
        LineHeader header = default;
        header.Reset();
        header.Tid = sample.Tid;
        header.Tgid = sample.Pid;
        header.Cpu = sample.Cpu;
        header.HasTime = sample.HasTime;
        header.StampIsNs = true;
        header.Stamp = sample.Time;
        header.Comm = sample.Tid >= 0 ? _decoder.CommOf(sample.Tid) : default;
        // The queue's buffer may end right behind the record; numbers are read eight bytes at a time.
        body.Slice(sample.RawAt, sample.RawLength).CopyTo(_record);
        _decoder.Deliver(ref header, sample.Time, _record.AsSpan(0, sample.RawLength), _number, offset);
    }

    private void Name(int pid, int tid, ReadOnlySpan<byte> comm)
    {
        if (tid <= 0 || pid < 0)
        {
            return;
        }
        if (!comm.IsEmpty)
        {
            _decoder.SetComm(tid, comm);
        }
        _sink.State.Tasks.Seen(tid, comm, pid, false, 0);
    }

    private void Lost(ReadOnlySpan<byte> body, ulong count)
    {
        PerfSample trailer = default;
        if (_header.First is { } attribute)
        {
            trailer.ReadTrailer(body, attribute, _header.BigEndian);
            _sink.Gap(attribute.HasTrailer ? trailer.Cpu : -1, count <= long.MaxValue ? (long)count : -1, "overrun", _number + 1);
        }
    }

    private void Unpack(PerfRecord kind, ReadOnlySpan<byte> body, long offset)
    {
        if (kind == PerfRecord.Compressed2)
        {
            ulong length = body.Length >= 8 ? PerfSample.U64(body, 0, _header.BigEndian) : 0;
            body = body.Length >= 8 && length <= (ulong)(body.Length - 8) ? body.Slice(8, (int)length) : default;
        }
        _zstd ??= new ZstdFeed(_input.Name);
        bool whole = _zstd.TryFeed(body, ref _plain, ref _plainLength, MaxUnpacked);
        int at = 0;
        while (_plainLength - at >= HeaderSize)
        {
            ReadOnlySpan<byte> head = _plain.AsSpan(at, HeaderSize);
            int size = SizeOf(head);
            if (!IsRecord(head))
            {
                whole = false;
                at = _plainLength;
                break;
            }
            if (size > _plainLength - at)
            {
                break;
            }
            Take(_plain.AsSpan(at, size), offset, false);
            at += size;
        }
        _plain.AsSpan(at, _plainLength - at).CopyTo(_plain);
        _plainLength -= at;
        if (!whole)
        {
            _plainLength = 0;
            _sink.Gap(-1, -1, "damaged_page", _number + 1);
        }
    }

    private void Metadata(PerfRecord kind, long offset, int size)
    {
        try
        {
            ByteCursor cursor = new(_bytes, offset + HeaderSize, offset + size, _header.BigEndian);
            switch (kind)
            {
                case PerfRecord.Attribute:
                    PerfAttribute attribute = PerfAttribute.Read(cursor, _header.BigEndian);
                    _header.Add(attribute, PerfDataHeader.Ids(cursor));
                    if (_sink.Stream is { ClockNamed: true, Clock: "local" } stream && !_input.Options.ContainsKey("clock"))
                    {
                        TraceInput.NameClock(stream, _header.Clock);
                    }
                    break;
                case PerfRecord.TracingData:
                    uint length = cursor.U32();
                    _at = Math.Min(_bytes.Length, offset + size + length + (-length & 7));
                    _header.ReadTexts(_bytes, offset + size, offset + size + length);
                    _decoder = NewDecoder();
                    break;
                case PerfRecord.AuxTrace:
                    long trace = cursor.Size();
                    _at = trace <= _bytes.Length - _at ? _at + trace : _bytes.Length;
                    break;
                case PerfRecord.Feature when _header.IsPipe:
                    int feature = (int)Math.Min(cursor.U64(), 255);
                    _header.TextFeature(feature, cursor);
                    _sink.Stream.Kernel ??= _header.Kernel;
                    _sink.Stream.Arch ??= _header.Arch;
                    break;
            }
        }
        catch (InvalidDataException)
        {
            _sink.State.OtherLines++;
        }
    }

    private bool IsRecord(ReadOnlySpan<byte> head)
    {
        PerfRecord kind = KindOf(head);
        int size = SizeOf(head);
        return size >= HeaderSize && (kind is > 0 and <= PerfRecord.LastOfKernel or >= PerfRecord.Attribute and <= PerfRecord.LastOfPerf)
            && ((size & 7) == 0 || kind >= PerfRecord.Attribute);
    }

    private PerfRecord KindOf(ReadOnlySpan<byte> record) => (PerfRecord)Math.Min(PerfSample.U32(record, 0, _header.BigEndian), 0xffff);

    private int SizeOf(ReadOnlySpan<byte> record) => (int)(_header.BigEndian ? PerfSample.U32(record, 4, true) & 0xffff : PerfSample.U32(record, 4, false) >> 16);

    private int Number(ReadOnlySpan<byte> body, int at) => unchecked((int)PerfSample.U32(body, at, _header.BigEndian));

    private ReadOnlySpan<byte> Look(int count)
    {
        long left = _header.DataEnd - _at;
        count = (int)Math.Min(count, Math.Max(0, left));
        if (_at < _windowAt || _at + count > _windowAt + _windowLength)
        {
            _windowAt = _at;
            _windowLength = _bytes.Read(_at, _window.AsSpan(0, (int)Math.Min(_window.Length, Math.Max(0, left))));
            count = Math.Min(count, _windowLength);
        }
        return _window.AsSpan((int)(_at - _windowAt), count);
    }

    private void End()
    {
        _ended = true;
        _queue.FlushAll(Deliver);
        if (_cut)
        {
            _sink.Gap(-1, -1, "truncated_file", _number + 1);
        }
        if (_header.IsPipe && _header.Texts.Formats.Count == 0)
        {
            throw new InputException("formats_missing", $"{_input.Name}: no event formats in the pipe; record the whole output of perf record -o -.");
        }
    }
}
