using SecondLook.Ingest.Meaning;

namespace SecondLook.Ingest;

/// <summary>What is known of one input file.</summary>
internal sealed class InputFacts
{
    /// <summary>Base name, or <c>-</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Bytes as stored, before decompression.</summary>
    public long Bytes { get; set; }

    /// <summary>SHA-256 of the bytes as stored, lower-case hex.</summary>
    public string Sha256 { get; set; } = "";

    /// <summary>Container, such as <c>ftrace-text</c>.</summary>
    public string Container { get; set; } = "unknown";

    /// <summary>Outer compression, such as <c>gzip</c>, or <c>none</c>.</summary>
    public string Compression { get; set; } = "none";

    /// <summary>Members or frames of the archive that are damaged, the last one excepted; reading went on behind each.</summary>
    public int DamagedMembers { get; set; }

    /// <summary>What had to be done to the bytes before they were text; counted with the repairs when reading begins.</summary>
    public long LoneReturns { get; set; }

    /// <summary>Whether the text was UTF-16.</summary>
    public bool WasUtf16 { get; set; }

    /// <summary>Whether records are numbered rather than lines.</summary>
    public bool IsBinary { get; set; }

    /// <summary>Header fields entries-in-buffer and entries-written, -1 when absent.</summary>
    public long EntriesInBuffer { get; set; } = -1;

    /// <summary>Events that the tracer saw.</summary>
    public long EntriesWritten { get; set; } = -1;
}

/// <summary>One stream of events with one clock: a file, an instance, a guest, a capture inside a file.</summary>
internal sealed class StreamFacts
{
    /// <summary>Name; null when the file names none, empty for the top buffer of a file with instances.</summary>
    public string? Name { get; set; }

    /// <summary>Whether the events are those of a guest kernel.</summary>
    public bool IsGuest { get; init; }

    /// <summary>Clock, such as <c>mono</c>.</summary>
    public string Clock { get; set; } = "local";

    /// <summary>Whether the clock was named by the file or the user rather than assumed.</summary>
    public bool ClockNamed { get; set; }

    /// <summary>ns, count, cycles or jiffies.</summary>
    public string Unit { get; set; } = "ns";

    /// <summary>Whether times count from the start of the buffer.</summary>
    public bool Relative { get; set; }

    /// <summary>Kernel release, or null.</summary>
    public string? Kernel { get; set; }

    /// <summary>Architecture, or null.</summary>
    public string? Arch { get; set; }

    /// <summary>Declared sampling: one page in so many was recorded; null when every page was.</summary>
    public int? SampledPages { get; init; }

    /// <summary>SPTE layout, found out from the values.</summary>
    public SpteFormatVote Sptes { get; } = new();

    /// <summary>File that it belongs to.</summary>
    public int FileNo { get; init; }
}
