using SecondLook.Contracts.Runs;
using SecondLook.Parquet;

namespace SecondLook.Ingest;

/// <summary>What to read, and how.</summary>
public sealed record IngestRequest
{
    /// <summary>Files, capture folders, or <c>-</c> for standard input.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>A memslot table beside the trace, or null.</summary>
    public string? Memslots { get; init; }

    /// <summary>Name of the format, or null to find out.</summary>
    public string? Format { get; init; }

    /// <summary>Reader options by name: <c>clock</c>, <c>mmu</c>, <c>spte</c>, <c>mail</c>, <c>dedupe</c>, <c>time_base</c>, <c>perf_delta</c>,
    /// <c>sampled_pages</c>, <c>stacks</c>.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>SHA-256 of inputs that the caller has computed already, lower-case hex by path; others are hashed while they are read.</summary>
    public IReadOnlyDictionary<string, string> KnownHashes { get; init; } = new Dictionary<string, string>();

    /// <summary>Compression of the dataset.</summary>
    public ParquetCodec Codec { get; init; } = ParquetCodec.None;

    /// <summary>Threads that may be used; the result does not depend on it.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Whether text takes the slow readers only: what the fast ones are tested and measured against.</summary>
    internal bool SlowText { get; init; }

    /// <summary>Most bytes of a block of text; the result does not depend on it.</summary>
    internal int BlockBytes { get; init; } = Text.LineBlock.UsualCapacity;

    /// <summary>Where progress goes, or null.</summary>
    public IProgress<StageProgress>? Progress { get; init; }
}
