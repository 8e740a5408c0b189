using System.Runtime.CompilerServices;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Meaning;
using SecondLook.Ingest.Ordering;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest;

/// <summary>
/// Where formats deliver what they have framed: events as (header, payload), gaps, lines they could not use. Turns payloads into events by
/// way of the tracepoint catalogue, keeps the clock of each stream, and passes events on to be ordered.
/// </summary>
internal sealed partial class TraceSink
{
    private const ulong BackwardToleranceNs = 1000;
    private const ulong ForwardLimitNs = 3_600_000_000_000;
    private readonly IngestState _state;
    private readonly EventOrder _order;
    private readonly DecodeContext _context;
    private readonly TracepointTable _tracepoints;
    private readonly List<StreamClock> _clocks = [];
    private StreamClock? _clock;
    private int _fileNo;
    private int _stream;
    private int _epoch;
    private int _rowSlot;
    private long _eventCount;
    private StreamFacts _facts = null!;
    private TaskTable _tasks = null!;

    public TraceSink(IngestState state, EventOrder order)
    {
        _state = state;
        _order = order;
        _context = state.Context;
        _tracepoints = state.Tracepoints;
        _fixed = new FixedEvents(order, _tracepoints, _context);
        _fixedTasks = new FixedTasks(state.Tasks, order);
    }

    /// <summary>State of the dataset.</summary>
    public IngestState State => _state;

    /// <summary>Events delivered that became rows.</summary>
    public long EventCount => _eventCount - _context.Repairs[(int)RepairKind.DuplicateDropped];

    /// <summary>Gap rows.</summary>
    public long GapCount { get; private set; }

    /// <summary>Events of no known tracepoint, or of one that makes no row.</summary>
    public long OtherEventCount { get; private set; }

    /// <summary>Index of the stream at hand.</summary>
    public int CurrentStream => _stream;

    /// <summary>The stream at hand.</summary>
    public StreamFacts Stream => _facts;

    /// <summary>Says that the order of the input at hand is not known beforehand, so that a wider window is kept.</summary>
    public void ExpectDisorder() => _order.Reserve(EventOrder.UnknownOrderCapacity);

    /// <summary>Begins a file.</summary>
    public void BeginInput(InputFacts input)
    {
        _fileNo = _state.Inputs.Count;
        _epoch = 0;
        _state.Inputs.Add(input);
    }

    /// <summary>Where the sink stands; set it to go on with another input.</summary>
    public SinkPlace Place
    {
        get => new(_fileNo, _stream, _epoch, _clock?.Latest ?? long.MinValue);
        set
        {
            _fileNo = value.FileNo;
            _epoch = value.Epoch;
            if (value.Stream >= 0 && value.Stream != _stream)
            {
                UseStream(value.Stream);
            }
        }
    }

    /// <summary>The file at hand.</summary>
    public InputFacts Input => _state.Inputs[_fileNo];

    /// <summary>Begins a stream; further events belong to it.</summary>
    public int BeginStream(StreamFacts facts)
    {
        _stream = _state.Streams.Count;
        _state.Streams.Add(facts);
        _facts = facts;
        _tasks = TasksOf(_stream);
        _clock = new StreamClock();
        _clocks.Add(_clock);
        return _stream;
    }

    /// <summary>Goes on with a stream that was begun before.</summary>
    public void UseStream(int stream)
    {
        _stream = stream;
        _clock = _clocks[stream];
        _facts = _state.Streams[stream];
        _tasks = TasksOf(stream);
    }

    /// <summary>Begins another capture inside a file: a new stream, later than all before it whatever its clock says.</summary>
    public void BeginCapture(StreamFacts facts)
    {
        BeginStream(facts);
        _epoch++;
    }

    /// <summary>Whether the capture at hand already has an event of a CPU.</summary>
    public bool HasCpu(int cpu) => _clock!.Has(cpu);

    /// <summary>Delivers an event with a printed message.</summary>
    /// <param name="header">What stood before the message.</param>
    /// <param name="line">1-based line.</param>
    /// <param name="offset">Offset of the line.</param>
    /// <param name="raw">The whole line, for quarantine.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Printed(scoped in LineHeader header, long line, long offset, ReadOnlySpan<byte> raw)
    {
        TracepointTable.Entry entry = _tracepoints.Find(header.Event);
        TaskRecord? task = TaskOf(header);
        if (entry.Tracepoint is null)
        {
            OtherEvent(entry, header);
            return;
        }
        if (header.Message.StartsWith("[FAILED TO PARSE] "u8))
        {
            Pairs(header, line, offset, raw);
            return;
        }
        int slot = _order.Next();
        ref TraceEvent e = ref _order[slot];
        e.Clear();
        FieldCursor text = new(header.Message, header.Slack);
        if (!entry.Tracepoint.TryParse(ref text, ref e, _context) || !_context.FinishMessage(text.Rest, ref e))
        {
            _ = _context.FinishMessage("!"u8, ref e);
            if (PairGrammar.StartsWithPair(header.Message) && entry.Tracepoint is not Tracepoints.PairsTracepoint)
            {
                Pairs(header, line, offset, raw);
                return;
            }
            entry.Failed++;
            _state.Quarantine.Add(_fileNo, line, offset, text.BadNumber ? "bad_number" : "malformed_event", raw);
            return;
        }
        Complete(slot, ref e, header, entry, task, line);
    }

    /// <summary>Delivers an event whose message is <c>name=value</c> pairs of the record's fields.</summary>
    public void Pairs(scoped in LineHeader header, long line, long offset, ReadOnlySpan<byte> raw)
    {
        TracepointTable.Entry entry = _tracepoints.Find(header.Event);
        TaskRecord? task = TaskOf(header);
        if (entry.Tracepoint is null)
        {
            OtherEvent(entry, header);
            return;
        }
        int slot = _order.Next();
        ref TraceEvent e = ref _order[slot];
        e.Clear();
        FieldCursor text = new(header.Message);
        entry.Grammar ??= new PairGrammar(entry.Tracepoint.Fields);
        _context.PairsAreDecimal = text.Skip("[FAILED TO PARSE] "u8);
        bool read = entry.Grammar.TryRead(ref text, _context.Values, _context);
        // Record fields that no column takes are no unknown tail: the record always has them all.
        _context.DropExtra();
        if (!read || !text.Rest.Trim((byte)' ').IsEmpty || !entry.Decode!(_context.Values, ref e, _context))
        {
            entry.Failed++;
            _state.Quarantine.Add(_fileNo, line, offset, text.BadNumber ? "bad_number" : "malformed_event", raw);
            return;
        }
        Complete(slot, ref e, header, entry, task, line);
    }

    /// <summary>Delivers a stretch of lost events.</summary>
    /// <param name="cpu">CPU, or -1 for all.</param>
    /// <param name="lost">How many, or -1 when unknown.</param>
    /// <param name="cause">Cause.</param>
    /// <param name="line">Line of the mark.</param>
    public void Gap(int cpu, long lost, string cause, long line)
    {
        int slot = _order.Next();
        ref TraceEvent e = ref _order[slot];
        e.Clear();
        e.Kind = TraceEventKind.Gap;
        e.Src = _state.Strings.Intern("gap");
        e.Cause = _state.Strings.Intern(cause);
        e.ClockEpoch = (short)_epoch;
        e.Stream = (short)_stream;
        e.FileNo = (short)_fileNo;
        e.Line = line;
        if (cpu >= 0)
        {
            e.Cpu = (short)cpu;
        }
        if (lost >= 0)
        {
            e.Lost = lost;
        }
        // The gap begins right after the last event of its CPU.
        long begin = cpu >= 0 ? _clock!.LastOf(cpu) : _clock!.Latest;
        if (begin != long.MinValue && Stream.Unit == "ns")
        {
            e.TsNs = begin;
        }
        GapCount++;
        _order.Commit(slot, null, _epoch, begin != long.MinValue ? begin : _clock!.Latest, cpu);
    }

    /// <summary>Begins a row that no tracepoint printed, such as one of a memslot table; <see cref="CommitRow"/> ends it.</summary>
    public ref TraceEvent BeginRow()
    {
        _rowSlot = _order.Next();
        ref TraceEvent e = ref _order[_rowSlot];
        e.Clear();
        return ref e;
    }

    /// <summary>Takes the row begun by <see cref="BeginRow"/>.</summary>
    public void CommitRow(long line)
    {
        ref TraceEvent e = ref _order[_rowSlot];
        e.Src = _state.Strings.Intern("");
        e.ClockEpoch = (short)_epoch;
        e.Stream = (short)_stream;
        e.FileNo = (short)_fileNo;
        e.Line = line;
        _eventCount++;
        _order.Commit(_rowSlot, null, _epoch, e.Has(EventColumn.TsNs) ? e.TsNs : long.MinValue, -1);
    }

    /// <summary>Delivers a frame of the kernel stack that was printed behind the last event.</summary>
    /// <param name="frame">Name of the function.</param>
    public void StackFrame(ReadOnlySpan<byte> frame)
    {
        if (_context.TakesStacks && _order.LastTaken >= 0)
        {
            StackFrames.See(frame, ref _order[_order.LastTaken], _context);
        }
    }

    /// <summary>Counts a line that could not be used.</summary>
    public void Quarantine(long line, long offset, string reason, ReadOnlySpan<byte> text) =>
        _state.Quarantine.Add(_fileNo, line, offset, reason, text);

    private void OtherEvent(TracepointTable.Entry entry, scoped in LineHeader header)
    {
        if (entry.Name is "tracing_mark_write" or "print")
        {
            // trace-cmd prints the function before the text and names the event print.
            ReadOnlySpan<byte> message = header.Message;
            if (message.StartsWith("tracing_mark_write: "u8))
            {
                message = message[20..];
                entry = _tracepoints.Find("tracing_mark_write"u8);
            }
            _state.Marks.See(message, header.Stamp, header.StampIsNs);
        }
        entry.Other++;
        OtherEventCount++;
        if (header.HasTime)
        {
            _ = Advance(header.Cpu, header.Stamp, header.StampIsNs);
        }
    }
}
