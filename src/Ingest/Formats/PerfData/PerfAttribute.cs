using SecondLook.Ingest.Formats.TraceDat;

namespace SecondLook.Ingest.Formats.PerfData;

/// <summary>What one event of a perf.data samples, and where the parts of its samples lie.</summary>
/// <remarks>Models: struct perf_event_attr and the comment on PERF_RECORD_SAMPLE, include/uapi/linux/perf_event.h, 6.1.</remarks>
internal sealed class PerfAttribute
{
    private const uint Tracepoint = 2;
    private const int ClockIdAt = 92;
    private readonly ulong _flags;
    private readonly bool _bigEndian;

    private PerfAttribute(uint type, ulong sampleType, ulong readFormat, ulong flags, bool bigEndian, int clockId)
    {
        IsTracepoint = type == Tracepoint;
        SampleType = sampleType;
        ReadFormat = readFormat;
        _flags = flags;
        _bigEndian = bigEndian;
        ClockId = Flag(25) ? clockId : -1;
    }

    /// <summary>Whether its samples carry trace records.</summary>
    public bool IsTracepoint { get; }

    /// <summary>Parts of a sample, as bits.</summary>
    public ulong SampleType { get; }

    /// <summary>Parts of the counter values in a sample, as bits.</summary>
    public ulong ReadFormat { get; }

    /// <summary>Clock id of the stamps, or -1 for perf's own clock.</summary>
    public int ClockId { get; }

    /// <summary>Whether the parts of its samples are ones that exist.</summary>
    public bool IsPlausible => SampleType is > 0 and < 1 << 26;

    /// <summary>Whether the trace record is the last part of a sample.</summary>
    public bool EndsInRecord => (SampleType & 0x400) != 0 && (SampleType & ~0x107ffUL) == 0;

    /// <summary>Whether records other than samples end in a part of a sample.</summary>
    public bool HasTrailer => Flag(18);

    /// <summary>Reads an attribute.</summary>
    /// <param name="cursor">At its first byte.</param>
    /// <param name="bigEndian">Byte order.</param>
    /// <returns>The attribute; the cursor stands behind it.</returns>
    /// <exception cref="InvalidDataException">It is cut or has an absurd size.</exception>
    public static PerfAttribute Read(ByteCursor cursor, bool bigEndian)
    {
        long start = cursor.At;
        uint type = cursor.U32();
        uint size = cursor.U32();
        if (size is < 48 or > 4096)
        {
            throw new InvalidDataException($"an attribute of {size} bytes");
        }
        _ = cursor.U64();
        _ = cursor.U64();
        ulong sampleType = cursor.U64();
        ulong readFormat = cursor.U64();
        ulong flags = cursor.U64();
        int clockId = -1;
        if (size >= ClockIdAt + 4)
        {
            cursor.Skip(start + ClockIdAt - cursor.At);
            clockId = unchecked((int)cursor.U32());
        }
        cursor.Skip(start + size - cursor.At);
        return new PerfAttribute(type, sampleType, readFormat, flags, bigEndian, clockId);
    }

    // Bit fields begin at the other end on big-endian machines.
    private bool Flag(int bit) => (_flags >> (_bigEndian ? 63 - bit : bit) & 1) != 0;
}
