namespace SecondLook.Ingest.Formats.TraceDat;

/// <summary>A guest that the host's file names.</summary>
/// <param name="Name">Name.</param>
/// <param name="Id">Trace id of the guest's file.</param>
/// <param name="VcpuThreads">Host thread of each vCPU, by vCPU number.</param>
internal sealed record GuestLink(string Name, ulong Id, List<(int Vcpu, int Tid)> VcpuThreads);

/// <summary>One ring buffer: the top one or an instance.</summary>
/// <param name="Name">Name, empty for the top one.</param>
/// <param name="Clock">Clock, or null when the file names none for it.</param>
/// <param name="PageSize">Bytes of a page.</param>
/// <param name="IsPacked">Whether the pages are packed in chunks.</param>
/// <param name="Areas">Pages by CPU.</param>
internal sealed record TraceBuffer(string Name, string? Clock, int PageSize, bool IsPacked, List<CpuArea> Areas)
{
    /// <summary>Pages that were unpacked beforehand, which the offsets refer to; null when they refer to the file.</summary>
    public byte[]? Memory { get; init; }
}

/// <summary>All that a trace.dat says before its records.</summary>
internal sealed class TraceDatFile
{
    /// <summary>Byte order.</summary>
    public bool BigEndian { get; init; }

    /// <summary>Long size of the program that recorded.</summary>
    public int LongSize { get; init; }

    /// <summary>Page size.</summary>
    public int PageSize { get; init; }

    /// <summary>Unpacks sections, or null.</summary>
    public Unpacker? Unpacker { get; set; }

    /// <summary>Text of header_page.</summary>
    public byte[] HeaderPage { get; set; } = [];

    /// <summary>Texts of event formats.</summary>
    public List<byte[]> Formats { get; } = [];

    /// <summary>Lines <c>pid name</c>.</summary>
    public byte[] Comms { get; set; } = [];

    /// <summary>Buffers.</summary>
    public List<TraceBuffer> Buffers { get; } = [];

    /// <summary>Clock of the top buffer, or null.</summary>
    public string? Clock { get; set; }

    /// <summary>Text of uname, or null.</summary>
    public string? Uname { get; set; }

    /// <summary>Events that the ring buffers overwrote, by the statistics of all CPUs.</summary>
    public long Overrun { get; set; }

    /// <summary>Trace id, 0 without.</summary>
    public ulong TraceId { get; set; }

    /// <summary>Guests of this host.</summary>
    public List<GuestLink> Guests { get; } = [];

    /// <summary>What is to be done to stamps.</summary>
    public StampCorrection Correction { get; } = new();

    /// <summary>Whether a part of the metadata could not be read.</summary>
    public bool IsDamaged { get; set; }
}
