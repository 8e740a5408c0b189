using System.Text;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Ingest.Inputs;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Formats.Perfetto;

/// <summary>Delivers the ftrace events of a Perfetto trace in the order of time; the bundles of the CPUs come in any order.</summary>
internal sealed class PerfettoReader : ITraceReader
{
    private const int FtraceBundle = 1;
    private const int CompressedPackets = 50;
    private const long MaxSize = 1L << 30;
    private readonly TraceInput _input;
    private readonly TraceSink _sink;
    private readonly byte[] _trace;
    private readonly List<Entry> _events = [];
    private readonly bool _cut;
    private bool _damaged;
    private long _number;

    public PerfettoReader(TraceInput input, TraceSink sink)
    {
        _input = input;
        _sink = sink;
        sink.Input.IsBinary = true;
        using SeekableBytes bytes = SeekableBytes.Open(input);
        if (bytes.Length > MaxSize)
        {
            throw new InputException("too_large", $"{input.Name}: a Perfetto trace of more than {MaxSize >> 30} GiB must be cut by time first (traceconv).");
        }
        _trace = new byte[bytes.Length];
        _ = bytes.Read(0, _trace);
        StreamFacts facts = input.NewStream();
        if (!facts.ClockNamed)
        {
            TraceInput.NameClock(facts, "boot");
        }
        sink.BeginStream(facts);
        _cut = bytes.IsCut | Collect();
        _events.Sort();
    }

    /// <inheritdoc/>
    public bool ReadBlock()
    {
        foreach (Entry entry in _events)
        {
            _number++;
            if (entry.LostBefore)
            {
                _sink.Gap(entry.Cpu, -1, "overrun", _number);
            }
            Deliver(entry);
        }
        if (_cut)
        {
            _sink.Gap(-1, -1, "truncated_file", _number + 1);
        }
        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    // Notes where each event lies, with its time.
    private bool Collect()
    {
        ProtoCursor trace = new(_trace);
        while (trace.Next())
        {
            ProtoCursor packet = new(trace.Bytes);
            _damaged |= trace.Field != 1 || !trace.IsBytes;
            while (trace.Field == 1 && packet.Next())
            {
                if (packet.Field == CompressedPackets && packet.IsBytes)
                {
                    throw new InputException("packets_compressed", $"{_input.Name}: its packets are compressed inside the trace. Unpack them with: traceconv decompress_packets IN OUT.");
                }
                if (packet.Field == FtraceBundle && packet.IsBytes)
                {
                    Bundle(packet.Bytes, _trace.Length - trace.Left - packet.Left - packet.Bytes.Length);
                }
            }
            _damaged |= packet.IsCut;
        }
        if (!trace.IsCut && !_damaged)
        {
            return false;
        }
        Search();
        return true;
    }

    // Lengths that are damaged hide what they hold: events that no packet led to are found by their shape. Their CPU is not known.
    private void Search()
    {
        HashSet<int> known = [];
        foreach (Entry entry in _events)
        {
            known.Add(entry.At);
        }
        for (int at = EventSearch.Next(_trace, 0, out Range content); at >= 0; at = EventSearch.Next(_trace, content.End.Value, out content))
        {
            if (known.Contains(content.Start.Value))
            {
                continue;
            }
            ProtoCursor e = new(_trace.AsSpan(content));
            ulong time = e.Next() ? e.Number : 0;
            _events.Add(new Entry(time, -1, _events.Count, content.Start.Value, content.End.Value - content.Start.Value, false));
        }
    }

    private void Bundle(ReadOnlySpan<byte> bundle, int at)
    {
        int cpu = -1;
        bool lost = false;
        ProtoCursor facts = new(bundle);
        while (facts.Next())
        {
            if (facts.Field == 1 && !facts.IsBytes && facts.Number <= (ulong)short.MaxValue)
            {
                cpu = (int)facts.Number;
            }
            else if (facts.Field == 3)
            {
                lost = facts.Number != 0;
            }
        }
        _damaged |= facts.IsCut;
        ProtoCursor events = new(bundle);
        while (events.Next())
        {
            if (events.Field != 2 || !events.IsBytes)
            {
                continue;
            }
            ulong time = 0;
            ProtoCursor e = new(events.Bytes);
            while (e.Next())
            {
                if (e.Field == 1 && !e.IsBytes)
                {
                    time = e.Number;
                }
            }
            _damaged |= e.IsCut;
            _events.Add(new Entry(time, cpu, _events.Count, at + bundle.Length - events.Left - events.Bytes.Length, events.Bytes.Length, lost));
            lost = false;
        }
    }

    private void Deliver(Entry entry)
    {
        LineHeader header = default;
        header.Reset();
        header.Cpu = entry.Cpu;
        header.HasTime = true;
        header.StampIsNs = true;
        header.Stamp = entry.Time;
        ReadOnlySpan<byte> bytes = _trace.AsSpan(entry.At, entry.Length);
        int message = 0;
        ReadOnlySpan<byte> content = default;
        ProtoCursor e = new(bytes);
        while (e.Next())
        {
            if (e.Field == 2 && !e.IsBytes && e.Number <= int.MaxValue)
            {
                header.Tid = (int)e.Number;
            }
            else if (e.Field > 2 && e.IsBytes)
            {
                message = e.Field;
                content = e.Bytes;
            }
        }
        FieldValues values = _sink.State.Context.Values;
        values.Reset();
        TracepointTable.Entry tracepoint = message == FtraceMessages.Generic ? Generic(content, values) : Known(message, content, values);
        if (tracepoint.Tracepoint is null)
        {
            _sink.OtherRecord(header, tracepoint);
            return;
        }
        _sink.Record(header, null, tracepoint, entry.Time, _number, entry.At, bytes);
    }

    private TracepointTable.Entry Known(int message, ReadOnlySpan<byte> content, FieldValues values)
    {
        if (FtraceMessages.Find(message) is not { } known)
        {
            return _sink.State.Tracepoints.Find(Encoding.ASCII.GetBytes($"ftrace_message_{message}"));
        }
        TracepointTable.Entry entry = _sink.State.Tracepoints.Find(Encoding.ASCII.GetBytes(known.Name));
        ProtoCursor fields = new(content);
        while (fields.Next())
        {
            if (fields.Field <= known.Fields.Length)
            {
                Set(entry, Encoding.ASCII.GetBytes(known.Fields[fields.Field - 1]), fields.IsBytes, fields.Number, fields.Bytes, values);
            }
        }
        SetAbsent(entry, known.Fields, values);
        return entry;
    }

    private TracepointTable.Entry Generic(ReadOnlySpan<byte> content, FieldValues values)
    {
        ReadOnlySpan<byte> name = "generic"u8;
        ProtoCursor outer = new(content);
        while (outer.Next())
        {
            name = outer.Field == 1 && outer.IsBytes ? outer.Bytes : name;
        }
        TracepointTable.Entry entry = _sink.State.Tracepoints.Find(name[..Math.Min(name.Length, 64)]);
        ProtoCursor fields = new(content);
        while (fields.Next())
        {
            if (fields.Field != 2 || !fields.IsBytes)
            {
                continue;
            }
            ReadOnlySpan<byte> field = default;
            ReadOnlySpan<byte> text = default;
            ulong number = 0;
            bool isText = false;
            ProtoCursor parts = new(fields.Bytes);
            while (parts.Next())
            {
                switch (parts.Field)
                {
                    case 1:
                        field = parts.Bytes;
                        break;
                    case 3:
                        text = parts.Bytes;
                        isText = true;
                        break;
                    case 4 or 5:
                        number = parts.Number;
                        break;
                }
            }
            Set(entry, field, isText, number, text, values);
        }
        return entry;
    }

    private static void Set(TracepointTable.Entry entry, ReadOnlySpan<byte> name, bool isText, ulong number, ReadOnlySpan<byte> text, FieldValues values)
    {
        int slot = SlotOf(entry, name);
        if (slot < 0)
        {
            return;
        }
        if (isText)
        {
            values.SetText(slot, text);
        }
        else
        {
            values.Set(slot, number);
        }
    }

    // protobuf leaves out numbers that are 0, so a known message has all its fields.
    private static void SetAbsent(TracepointTable.Entry entry, string[] names, FieldValues values)
    {
        foreach (string name in names)
        {
            int slot = SlotOf(entry, Encoding.ASCII.GetBytes(name));
            if (slot >= 0 && !values.Has(slot) && !values.HasText(slot))
            {
                values.Set(slot, 0);
            }
        }
    }

    private static int SlotOf(TracepointTable.Entry entry, ReadOnlySpan<byte> name)
    {
        if (entry.Tracepoint is null)
        {
            return -1;
        }
        ReadOnlySpan<FieldSpec> specs = entry.Tracepoint.Fields;
        for (int slot = 0; slot < specs.Length; slot++)
        {
            if (specs[slot].Base is not (FieldBase.Ignore or FieldBase.Pointer) && Ascii.Equals(name, specs[slot].Name))
            {
                return slot;
            }
        }
        return -1;
    }

    private readonly record struct Entry(ulong Time, int Cpu, int Arrival, int At, int Length, bool LostBefore) : IComparable<Entry>
    {
        public int CompareTo(Entry other) =>
            Time != other.Time ? Time.CompareTo(other.Time) : Cpu != other.Cpu ? Cpu.CompareTo(other.Cpu) : Arrival.CompareTo(other.Arrival);
    }
}
