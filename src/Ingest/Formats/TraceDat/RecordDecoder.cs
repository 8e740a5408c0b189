using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Formats.TraceDat;

/// <summary>Turns raw records into events: finds the event by its id, its fields by their names.</summary>
internal sealed class RecordDecoder
{
    private const int CommCache = 1 << 10;
    private readonly TraceSink _sink;
    private readonly bool _bigEndian;
    private readonly RecordPlan?[] _plans = new RecordPlan?[1 << 16];
    private readonly Dictionary<int, byte[]> _comms = new() { [0] = "<idle>"u8.ToArray() };
    private readonly (int Tid, byte[] Comm)[] _cache = new (int, byte[])[CommCache];

    public RecordDecoder(TraceSink sink, bool bigEndian)
    {
        _sink = sink;
        _bigEndian = bigEndian;
        Array.Fill(_cache, (-1, []));
    }

    /// <summary>Learns an event.</summary>
    public void Add(EventFormat format) =>
        _plans[format.Id] = new RecordPlan(format, _sink.State.Tracepoints.Find(Encoding.UTF8.GetBytes(format.Name)), _bigEndian);

    /// <summary>Learns the text of a format file.</summary>
    public void Add(ReadOnlySpan<byte> text)
    {
        if (EventFormat.Parse(text) is { } format)
        {
            Add(format);
        }
    }

    /// <summary>Learns names of threads: lines <c>pid name</c>.</summary>
    public void AddComms(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            int end = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = (end < 0 ? text : text[..end]).TrimEnd((byte)0);
            text = end < 0 ? default : text[(end + 1)..];
            int at = 0;
            if (Digits.TryReadId(line, ref at, out int pid) && pid != 0 && at < line.Length && line[at] == ' ' && !line[(at + 1)..].SequenceEqual("<...>"u8))
            {
                SetComm(pid, line[(at + 1)..]);
            }
        }
    }

    /// <summary>Learns the name of a thread.</summary>
    public void SetComm(int tid, ReadOnlySpan<byte> comm)
    {
        _comms[tid] = comm.ToArray();
        _cache[tid & (CommCache - 1)] = (-1, []);
    }

    /// <summary>Name of a thread, empty when unknown.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte[] CommOf(int tid)
    {
        ref (int Tid, byte[] Comm) cached = ref _cache[tid & (CommCache - 1)];
        if (cached.Tid != tid)
        {
            cached = (tid, _comms.GetValueOrDefault(tid, []));
        }
        return cached.Comm;
    }

    /// <summary>Delivers a record.</summary>
    /// <param name="header">CPU and time set; thread where the container names it, else -1.</param>
    /// <param name="rawStamp">Time as recorded, before shifts.</param>
    /// <param name="record">The bytes; <see cref="RecordPlan.Overread"/> more must be readable.</param>
    /// <param name="number">Record number.</param>
    /// <param name="offset">Offset of the record, for quarantine.</param>
    public void Deliver(ref LineHeader header, ulong rawStamp, ReadOnlySpan<byte> record, long number, long offset)
    {
        if (record.Length < 8)
        {
            _sink.Quarantine(number, offset, "malformed_event", record);
            return;
        }
        int id = _bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(record) : BinaryPrimitives.ReadUInt16LittleEndian(record);
        RecordPlan? plan = _plans[id];
        if (plan is null)
        {
            plan = Unknown(id);
        }
        if (record.Length < plan.MinLength)
        {
            plan.Entry.Failed++;
            _sink.Quarantine(number, offset, "malformed_event", record);
            return;
        }
        byte[]? comm = null;
        if (header.Tid < 0)
        {
            header.Tid = plan.Pid(record);
            comm = header.Tid >= 0 ? CommOf(header.Tid) : [];
            header.Comm = comm;
        }
        if (plan.Entry.Tracepoint is null)
        {
            header.Message = plan.Message(record);
            _sink.OtherRecord(header, plan.Entry);
            return;
        }
        if (!plan.TryRead(record, _sink.State.Context.Values))
        {
            plan.Entry.Failed++;
            _sink.Quarantine(number, offset, "malformed_event", record);
            return;
        }
        _sink.Record(header, comm, plan.Entry, rawStamp, number, offset, record);
    }

    private RecordPlan Unknown(int id)
    {
        EventFormat format = new($"event_{id}", id, []);
        Add(format);
        return _plans[id]!;
    }
}
