using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace SecondLook.Contracts.Events;

// Several columns at once, and where columns lie, for code that handles many events.
public partial struct TraceEvent
{
    private const ulong PlaceMask = 1UL << (int)EventColumn.ClockEpoch | 1UL << (int)EventColumn.Stream | 1UL << (int)EventColumn.FileNo
        | 1UL << (int)EventColumn.Line;

    private const ulong OriginMask = PlaceMask | 1UL << (int)EventColumn.Src;

    /// <summary>Where the value of a column lies in an event and how long it is, bytes, for code that copies a column of many events; what lies
    /// there has no meaning in events whose column is null.</summary>
    internal static (int Offset, int Width) PlaceOf(EventColumn column)
    {
        TraceEvent e = default;
        return column switch
        {
            EventColumn.Seq => Place(ref e, ref e._seq),
            EventColumn.TsNs => Place(ref e, ref e._tsNs),
            EventColumn.TsRaw => Place(ref e, ref e._tsRaw),
            EventColumn.ClockEpoch => Place(ref e, ref e._clockEpoch),
            EventColumn.Stream => Place(ref e, ref e._stream),
            EventColumn.Cpu => Place(ref e, ref e._cpu),
            EventColumn.Tid => Place(ref e, ref e._tid),
            EventColumn.Tgid => Place(ref e, ref e._tgid),
            EventColumn.Comm => Place(ref e, ref e._comm),
            EventColumn.Kind => Place(ref e, ref e._kind),
            EventColumn.Op => Place(ref e, ref e._op),
            EventColumn.Src => Place(ref e, ref e._src),
            EventColumn.Vm => Place(ref e, ref e._vm),
            EventColumn.Vcpu => Place(ref e, ref e._vcpu),
            EventColumn.Start => Place(ref e, ref e._start),
            EventColumn.End => Place(ref e, ref e._end),
            EventColumn.Space => Place(ref e, ref e._space),
            EventColumn.Gfn => Place(ref e, ref e._gfn),
            EventColumn.Pfn => Place(ref e, ref e._pfn),
            EventColumn.Npages => Place(ref e, ref e._npages),
            EventColumn.Level => Place(ref e, ref e._level),
            EventColumn.AsId => Place(ref e, ref e._asId),
            EventColumn.Slot => Place(ref e, ref e._slot),
            EventColumn.Young => Place(ref e, ref e._young),
            EventColumn.YoungSrc => Place(ref e, ref e._youngSrc),
            EventColumn.Flush => Place(ref e, ref e._flush),
            EventColumn.Access => Place(ref e, ref e._access),
            EventColumn.ErrorCode => Place(ref e, ref e._errorCode),
            EventColumn.OldSpte => Place(ref e, ref e._oldSpte),
            EventColumn.NewSpte => Place(ref e, ref e._newSpte),
            EventColumn.SpteFormat => Place(ref e, ref e._spteFormat),
            EventColumn.Mm => Place(ref e, ref e._mm),
            EventColumn.Lru => Place(ref e, ref e._lru),
            EventColumn.N0 => Place(ref e, ref e._n0),
            EventColumn.N1 => Place(ref e, ref e._n1),
            EventColumn.N2 => Place(ref e, ref e._n2),
            EventColumn.N3 => Place(ref e, ref e._n3),
            EventColumn.N4 => Place(ref e, ref e._n4),
            EventColumn.N5 => Place(ref e, ref e._n5),
            EventColumn.N6 => Place(ref e, ref e._n6),
            EventColumn.N7 => Place(ref e, ref e._n7),
            EventColumn.MemcgId => Place(ref e, ref e._memcgId),
            EventColumn.Lost => Place(ref e, ref e._lost),
            EventColumn.Cause => Place(ref e, ref e._cause),
            EventColumn.Text => Place(ref e, ref e._text),
            EventColumn.Extra => Place(ref e, ref e._extra),
            EventColumn.FileNo => Place(ref e, ref e._fileNo),
            EventColumn.Line => Place(ref e, ref e._line),
            _ => throw new ArgumentOutOfRangeException(nameof(column), column, "no column"),
        };
    }

    /// <summary>Asks the memory for the columns that every event has, which are looked at soon.</summary>
    public readonly unsafe void AskFor()
    {
        if (Sse.IsSupported)
        {
            ref byte first = ref Unsafe.As<ulong, byte>(ref Unsafe.AsRef(in _present));
            Sse.Prefetch0(Unsafe.AsPointer(ref first));
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref first, 64)));
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref first, 128)));
        }
    }

    /// <summary>Makes every column null but the tracepoint.</summary>
    /// <param name="src">String id of the tracepoint.</param>
    public void Begin(int src)
    {
        _src = src;
        Present = 1UL << (int)EventColumn.Src;
    }

    /// <summary>Columns that <see cref="SetPlaceTimeAndTask"/> sets for every event.</summary>
    public const ulong PlaceAndTime = PlaceMask | 1UL << (int)EventColumn.TsNs;

    /// <summary>Sets where the event stood, when it was and who ran the code, at once.</summary>
    /// <param name="present">Which of these columns are no null.</param>
    /// <param name="epoch">Clock epoch.</param>
    /// <param name="stream">Index of the stream.</param>
    /// <param name="fileNo">Index of the input.</param>
    /// <param name="line">1-based line or record.</param>
    /// <param name="tsNs">Time, ns.</param>
    /// <param name="cpu">CPU.</param>
    /// <param name="tid">Thread.</param>
    /// <param name="comm">String id of its name.</param>
    /// <param name="tgid">Its process.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetPlaceTimeAndTask(
        ulong present, short epoch, short stream, short fileNo, long line, long tsNs, short cpu, int tid, int comm, int tgid)
    {
        SetPlace(epoch, stream, fileNo, line);
        _tsNs = tsNs;
        _cpu = cpu;
        _tid = tid;
        _comm = comm;
        _tgid = tgid;
        Present |= present;
    }

    /// <summary>Sets the columns that every event has, at once: setting them one by one waits for the mask each time.</summary>
    /// <param name="epoch">Clock epoch.</param>
    /// <param name="stream">Index of the stream.</param>
    /// <param name="fileNo">Index of the input.</param>
    /// <param name="line">1-based line or record.</param>
    /// <param name="src">String id of the tracepoint.</param>
    public void SetOrigin(short epoch, short stream, short fileNo, long line, int src)
    {
        SetPlace(epoch, stream, fileNo, line);
        _src = src;
        Present |= OriginMask;
    }

    /// <summary>Sets what <see cref="SetOrigin"/> sets, and who ran the code.</summary>
    /// <param name="epoch">Clock epoch.</param>
    /// <param name="stream">Index of the stream.</param>
    /// <param name="fileNo">Index of the input.</param>
    /// <param name="line">1-based line or record.</param>
    /// <param name="src">String id of the tracepoint.</param>
    /// <param name="cpu">CPU.</param>
    /// <param name="tid">Thread.</param>
    /// <param name="comm">String id of its name.</param>
    public void SetOriginAndTask(short epoch, short stream, short fileNo, long line, int src, short cpu, int tid, int comm)
    {
        SetPlace(epoch, stream, fileNo, line);
        _src = src;
        _cpu = cpu;
        _tid = tid;
        _comm = comm;
        Present |= OriginMask | 1UL << (int)EventColumn.Cpu | 1UL << (int)EventColumn.Tid | 1UL << (int)EventColumn.Comm;
    }

    /// <summary>Sets kind and an address range, at once.</summary>
    /// <param name="kind">Kind.</param>
    /// <param name="space">Address space.</param>
    /// <param name="start">First address, bytes.</param>
    /// <param name="end">First address behind, bytes.</param>
    public void SetRange(TraceEventKind kind, AddressSpaceKind space, ulong start, ulong end)
    {
        _kind = kind;
        _space = space;
        _start = start;
        _end = end;
        Present |= 1UL << (int)EventColumn.Kind | 1UL << (int)EventColumn.Space | 1UL << (int)EventColumn.Start | 1UL << (int)EventColumn.End;
    }

    /// <summary>Makes the event a change of an SPTE, at once; what the change means is not set.</summary>
    /// <param name="gfn">Guest frame.</param>
    /// <param name="level">Level.</param>
    /// <param name="asId">KVM address space.</param>
    /// <param name="before">Entry before.</param>
    /// <param name="after">Entry after.</param>
    public void SetSpteChange(ulong gfn, byte level, byte asId, ulong before, ulong after)
    {
        _kind = TraceEventKind.SpteChange;
        _space = AddressSpaceKind.Gfn;
        _gfn = gfn;
        _level = level;
        _asId = asId;
        _oldSpte = before;
        _newSpte = after;
        Present |= 1UL << (int)EventColumn.Kind | 1UL << (int)EventColumn.Space | 1UL << (int)EventColumn.Gfn | 1UL << (int)EventColumn.Level
            | 1UL << (int)EventColumn.AsId | 1UL << (int)EventColumn.OldSpte | 1UL << (int)EventColumn.NewSpte;
    }

    // The mask is left to those who call it: each of them sets it once.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SetPlace(short epoch, short stream, short fileNo, long line)
    {
        _clockEpoch = epoch;
        _stream = stream;
        _fileNo = fileNo;
        _line = line;
    }

    private static (int Offset, int Width) Place<T>(ref TraceEvent e, ref T field) =>
        ((int)Unsafe.ByteOffset(ref Unsafe.As<TraceEvent, byte>(ref e), ref Unsafe.As<T, byte>(ref field)), Unsafe.SizeOf<T>());
}
