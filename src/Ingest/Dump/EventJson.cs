using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Dump;

/// <summary>Turns events into the JSON objects of the formats corpus and keeps them until all are there, since the dump is in input order.</summary>
internal sealed class EventJson : IEventSink, IDisposable
{
    private readonly List<(int FileNo, long Line, int Arrival, byte[] Json)> _events = [];
    private readonly List<(int FileNo, long Line, int Arrival, byte[] Json)> _gaps = [];
    private readonly ArrayBufferWriter<byte> _buffer = new(512);
    private readonly Utf8JsonWriter _json;

    public EventJson() => _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>State of the run; set once.</summary>
    public IngestState State { get; set; } = null!;

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    /// <summary>Events in input order.</summary>
    public IEnumerable<byte[]> Events => InOrder(_events);

    /// <summary>Gaps in input order.</summary>
    public IEnumerable<byte[]> Gaps => InOrder(_gaps);

    /// <inheritdoc/>
    public void Accept(TraceEvent[] events, ReadOnlySpan<int> slots)
    {
        foreach (int slot in slots)
        {
            Accept(ref events[slot]);
        }
    }

    private void Accept(ref TraceEvent e)
    {
        bool gap = e.Kind == TraceEventKind.Gap;
        _buffer.ResetWrittenCount();
        _json.Reset(_buffer);
        _json.WriteStartObject();
        if (gap)
        {
            WriteGap(ref e);
        }
        else
        {
            WriteEvent(ref e);
        }
        _json.WriteEndObject();
        _json.Flush();
        List<(int, long, int, byte[])> list = gap ? _gaps : _events;
        // Guests come behind the host that they belong to, whichever file was named first.
        int file = e.FileNo + (State.Inputs[e.FileNo].IsBinary && State.Streams[e.Stream].IsGuest ? State.Inputs.Count : 0);
        list.Add((file, e.Line, list.Count, _buffer.WrittenSpan.ToArray()));
    }

    private static IEnumerable<byte[]> InOrder(List<(int FileNo, long Line, int Arrival, byte[] Json)> list)
    {
        list.Sort(static (a, b) =>
            a.FileNo != b.FileNo ? a.FileNo.CompareTo(b.FileNo) : a.Line != b.Line ? a.Line.CompareTo(b.Line) : a.Arrival.CompareTo(b.Arrival));
        foreach ((_, _, _, byte[] json) in list)
        {
            yield return json;
        }
    }

    private void WriteGap(ref TraceEvent e)
    {
        Place(ref e, "before_record");
        if (e.Has(EventColumn.Cpu))
        {
            _json.WriteNumber("cpu", e.Cpu);
        }
        else
        {
            _json.WriteNull("cpu");
        }
        if (e.Has(EventColumn.Lost))
        {
            _json.WriteNumber("lost", e.Lost);
        }
        else
        {
            _json.WriteNull("lost");
        }
        _json.WriteString("cause", State.Strings[e.Cause]);
    }

    private void Place(ref TraceEvent e, string recordName)
    {
        InputFacts input = State.Inputs[e.FileNo];
        _json.WriteNumber(input.IsBinary ? recordName : "line", e.Line);
        if (State.Inputs.Count > 1)
        {
            _json.WriteString("file", input.Name);
        }
    }

    private void WriteEvent(ref TraceEvent e)
    {
        Place(ref e, "record");
        TraceEventKind kind = e.Kind;
        if (e.Has(EventColumn.TsNs))
        {
            if (e.TsNs < 0)
            {
                _json.WriteNumber("ts_ns", unchecked((ulong)e.TsNs));
            }
            else
            {
                _json.WriteNumber("ts_ns", e.TsNs);
            }
        }
        if (e.Has(EventColumn.TsRaw))
        {
            if (e.TsRaw > 1UL << 53)
            {
                _json.WriteString("ts_raw", e.TsRaw.ToString(System.Globalization.CultureInfo.InvariantCulture));
            }
            else
            {
                _json.WriteNumber("ts_raw", e.TsRaw);
            }
        }
        _json.WriteNumber("clock_epoch", e.ClockEpoch);
        Stream(ref e);
        Number("cpu", e.Has(EventColumn.Cpu), e.Cpu);
        Number("tid", e.Has(EventColumn.Tid), e.Tid);
        Number("tgid", e.Has(EventColumn.Tgid), e.Tgid);
        Text("comm", e.Has(EventColumn.Comm), e.Comm);
        _json.WriteString("kind", EventNames.Of(kind));
        if (e.Has(EventColumn.Op))
        {
            _json.WriteString("op", EventNames.Of(e.Op));
        }
        if (State.Strings[e.Src].Length > 0)
        {
            _json.WriteString("src", State.Strings[e.Src]);
        }
        if (e.Has(EventColumn.Vm))
        {
            _json.WriteString("vm", State.Vms.Names[e.Vm]);
        }
        Number("vcpu", e.Has(EventColumn.Vcpu), e.Vcpu);
        Hex("start", e.Has(EventColumn.Start), e.Start);
        Hex("end", e.Has(EventColumn.End), e.End);
        if (e.Has(EventColumn.Space))
        {
            _json.WriteString("space", EventNames.Of(e.Space));
        }
        Hex("gfn", e.Has(EventColumn.Gfn), e.Gfn);
        Hex("pfn", e.Has(EventColumn.Pfn), e.Pfn);
        Number("npages", e.Has(EventColumn.Npages), e.Npages);
        Number("level", e.Has(EventColumn.Level), e.Level);
        Number("as_id", e.Has(EventColumn.AsId), e.AsId);
        Number("slot", e.Has(EventColumn.Slot), e.Slot);
        if (e.Has(EventColumn.Young))
        {
            _json.WriteBoolean("young", e.Young);
        }
        // The corpus wants the source only where the answer is not the record's own.
        if (e.Has(EventColumn.YoungSrc) && e.YoungSrc is not (YoungSource.Printed or YoungSource.Retval))
        {
            _json.WriteString("young_src", EventNames.Of(e.YoungSrc));
        }
        if (e.Has(EventColumn.Flush))
        {
            _json.WriteBoolean("flush", e.Flush);
        }
        if (e.Has(EventColumn.Access))
        {
            _json.WriteString("access", AccessText(e.Access));
        }
        Hex("error_code", e.Has(EventColumn.ErrorCode), e.ErrorCode);
        Hex("old_spte", e.Has(EventColumn.OldSpte), e.OldSpte);
        Hex(kind == TraceEventKind.GuestWalkStep ? "pte" : "new_spte", e.Has(EventColumn.NewSpte), e.NewSpte);
        if (e.Has(EventColumn.SpteFormat))
        {
            _json.WriteString("spte_format", EventNames.Of(e.SpteFormat));
        }
        Hex("mm", e.Has(EventColumn.Mm), e.Mm);
        if (e.Has(EventColumn.Lru))
        {
            _json.WriteString("lru", EventNamesByKind.Lru(e.Lru));
        }
        Counts(ref e);
        if (e.Has(EventColumn.MemcgId))
        {
            _json.WriteNumber("memcg_id", e.MemcgId);
        }
        Text(EventNamesByKind.Cause(kind), e.Has(EventColumn.Cause), e.Cause);
        Text(EventNamesByKind.Text(kind), e.Has(EventColumn.Text), e.Text);
        if (e.Has(EventColumn.Extra))
        {
            _json.WritePropertyName("extra");
            _json.WriteRawValue(State.Strings[e.Extra]);
        }
    }

    private void Stream(ref TraceEvent e)
    {
        string? name = State.Streams[e.Stream].Name;
        if (name is not null)
        {
            _json.WriteString("stream", name);
        }
        else
        {
            _json.WriteNumber("stream", e.Stream);
        }
    }

    private void Counts(ref TraceEvent e)
    {
        TraceEventOp op = e.Has(EventColumn.Op) ? e.Op : default;
        for (int n = 0; n < 8; n++)
        {
            if (!e.Has(EventColumn.N0 + n))
            {
                continue;
            }
            long value = n switch { 0 => e.N0, 1 => e.N1, 2 => e.N2, 3 => e.N3, 4 => e.N4, 5 => e.N5, 6 => e.N6, _ => e.N7 };
            string name = EventNamesByKind.Count(e.Kind, op, n, out CountForm form) ?? $"n{n}";
            switch (form)
            {
                case CountForm.Flag:
                    _json.WriteBoolean(name, value != 0);
                    break;
                case CountForm.Hex:
                    _json.WriteString(name, $"0x{value:x}");
                    break;
                default:
                    _json.WriteNumber(name, value);
                    break;
            }
        }
    }

    private static string AccessText(int access) => access switch
    {
        1 => "r",
        2 => "w",
        3 => "rw",
        4 => "x",
        5 => "rx",
        6 => "wx",
        7 => "rwx",
        _ => "",
    };

    private void Number(string name, bool has, long value)
    {
        if (has)
        {
            _json.WriteNumber(name, value);
        }
    }

    private void Hex(string name, bool has, ulong value)
    {
        if (has)
        {
            _json.WriteString(name, $"0x{value:x}");
        }
    }

    private void Text(string name, bool has, int id)
    {
        if (has)
        {
            _json.WriteString(name, State.Strings[id]);
        }
    }
}
