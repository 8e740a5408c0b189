using System.Buffers.Binary;

namespace SecondLook.Ingest.Formats.PerfData;

/// <summary>The parts of a sample, or of the trailer of another record, that matter here.</summary>
internal ref struct PerfSample
{
    private const ulong Ip = 1;
    private const ulong Task = 2;
    private const ulong TimeBit = 4;
    private const ulong Address = 8;
    private const ulong Read = 0x10;
    private const ulong Callchain = 0x20;
    private const ulong IdBit = 0x40;
    private const ulong CpuBit = 0x80;
    private const ulong Period = 0x100;
    private const ulong StreamId = 0x200;
    private const ulong Raw = 0x400;
    private const ulong IdentifierBit = 0x10000;

    /// <summary>Process id, or -1.</summary>
    public int Pid { get; private set; }

    /// <summary>Thread id, or -1.</summary>
    public int Tid { get; private set; }

    /// <summary>CPU, or -1.</summary>
    public int Cpu { get; private set; }

    /// <summary>Whether there is a time.</summary>
    public bool HasTime { get; private set; }

    /// <summary>Time, ns.</summary>
    public ulong Time { get; private set; }

    /// <summary>Offset of the trace record in the body, -1 without.</summary>
    public int RawAt { get; private set; }

    /// <summary>Length of the trace record.</summary>
    public int RawLength { get; private set; }

    /// <summary>Offset of the event's id in the body of a sample; -1 when its samples have none.</summary>
    public static int IdOffset(ulong sampleType)
    {
        if ((sampleType & IdentifierBit) != 0)
        {
            return 0;
        }
        return (sampleType & IdBit) == 0 ? -1 : 8 * System.Numerics.BitOperations.PopCount(sampleType & (Ip | Task | TimeBit | Address));
    }

    /// <summary>Reads the body of a sample.</summary>
    /// <returns>False when it is shorter than its parts.</returns>
    public bool TryRead(ReadOnlySpan<byte> body, PerfAttribute attribute, bool bigEndian)
    {
        ulong type = attribute.SampleType;
        Reset();
        int at = 8 * System.Numerics.BitOperations.PopCount(type & (IdentifierBit | Ip));
        if ((type & Task) != 0)
        {
            TakeTask(body, ref at, bigEndian);
        }
        if ((type & TimeBit) != 0)
        {
            TakeTime(body, ref at, bigEndian);
        }
        at += 8 * System.Numerics.BitOperations.PopCount(type & (Address | IdBit | StreamId));
        if ((type & CpuBit) != 0)
        {
            TakeCpu(body, ref at, bigEndian);
        }
        at += (type & Period) != 0 ? 8 : 0;
        if ((type & Read) != 0)
        {
            at = SkipRead(body, at, attribute.ReadFormat, bigEndian);
        }
        if ((type & Callchain) != 0)
        {
            at = SkipEach(body, at, 8, bigEndian);
        }
        if ((type & Raw) == 0)
        {
            return at <= body.Length;
        }
        if (at > body.Length - 4)
        {
            return false;
        }
        uint length = U32(body, at, bigEndian);
        if (length > (uint)(body.Length - at - 4))
        {
            return false;
        }
        RawAt = at + 4;
        RawLength = (int)length;
        return true;
    }

    /// <summary>Reads the trailer at the end of another record.</summary>
    public void ReadTrailer(ReadOnlySpan<byte> body, PerfAttribute attribute, bool bigEndian)
    {
        Reset();
        ulong type = attribute.SampleType;
        int size = 8 * System.Numerics.BitOperations.PopCount(type & (Task | TimeBit | IdBit | StreamId | CpuBit | IdentifierBit));
        if (!attribute.HasTrailer || size > body.Length)
        {
            return;
        }
        int at = body.Length - size;
        if ((type & Task) != 0)
        {
            TakeTask(body, ref at, bigEndian);
        }
        if ((type & TimeBit) != 0)
        {
            TakeTime(body, ref at, bigEndian);
        }
        at += 8 * System.Numerics.BitOperations.PopCount(type & (IdBit | StreamId));
        if ((type & CpuBit) != 0)
        {
            TakeCpu(body, ref at, bigEndian);
        }
    }

    /// <summary>Four bytes.</summary>
    public static uint U32(ReadOnlySpan<byte> body, int at, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(body[at..]) : BinaryPrimitives.ReadUInt32LittleEndian(body[at..]);

    /// <summary>Eight bytes.</summary>
    public static ulong U64(ReadOnlySpan<byte> body, int at, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt64BigEndian(body[at..]) : BinaryPrimitives.ReadUInt64LittleEndian(body[at..]);

    private void Reset()
    {
        this = default;
        Pid = -1;
        Tid = -1;
        Cpu = -1;
        RawAt = -1;
    }

    private void TakeTask(ReadOnlySpan<byte> body, ref int at, bool bigEndian)
    {
        if (at <= body.Length - 8)
        {
            Pid = unchecked((int)U32(body, at, bigEndian));
            Tid = unchecked((int)U32(body, at + 4, bigEndian));
        }
        at += 8;
    }

    private void TakeTime(ReadOnlySpan<byte> body, ref int at, bool bigEndian)
    {
        if (at <= body.Length - 8)
        {
            Time = U64(body, at, bigEndian);
            HasTime = true;
        }
        at += 8;
    }

    private void TakeCpu(ReadOnlySpan<byte> body, ref int at, bool bigEndian)
    {
        if (at <= body.Length - 8)
        {
            uint cpu = U32(body, at, bigEndian);
            Cpu = cpu <= short.MaxValue ? (int)cpu : -1;
        }
        at += 8;
    }

    private static int SkipRead(ReadOnlySpan<byte> body, int at, ulong format, bool bigEndian)
    {
        int times = System.Numerics.BitOperations.PopCount(format & 3);
        int perValue = 1 + System.Numerics.BitOperations.PopCount(format & 0x14);
        if ((format & 8) == 0)
        {
            return at + (8 * (times + perValue));
        }
        int after = SkipEach(body, at, 8 * perValue, bigEndian);
        return after == int.MaxValue ? after : after + (8 * times);
    }

    // A count, then so many entries. What cannot be is said to reach behind every body.
    private static int SkipEach(ReadOnlySpan<byte> body, int at, int entry, bool bigEndian)
    {
        if (at < 0 || at > body.Length - 8)
        {
            return int.MaxValue;
        }
        ulong count = U64(body, at, bigEndian);
        return count > (ulong)body.Length ? int.MaxValue : (int)Math.Min(int.MaxValue, at + 8 + ((long)count * entry));
    }
}
