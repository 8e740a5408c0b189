using SecondLook.Ingest.Inputs;

namespace SecondLook.Ingest;

/// <summary>Recognises a container by its first bytes and turns it into (header, payload) pieces. Knows no tracepoint.</summary>
internal interface ITraceFormat
{
    /// <summary>How well the first bytes fit: 0 not at all; binary magic 1000; text the number of lines that fit.</summary>
    /// <param name="head">First bytes of the unpacked input, at most 1 MiB.</param>
    int Sniff(ReadOnlySpan<byte> head);

    /// <summary>Opens an input.</summary>
    /// <param name="input">The bytes and what is known of them.</param>
    /// <param name="sink">Takes the pieces.</param>
    /// <exception cref="Contracts.Diagnostics.InputException">The input is refused.</exception>
    ITraceReader Open(TraceInput input, TraceSink sink);
}

/// <summary>Reads one input piece by piece, so that several can be merged.</summary>
internal interface ITraceReader : IDisposable
{
    /// <summary>Delivers the pieces of the next block.</summary>
    /// <returns>False at the end.</returns>
    bool ReadBlock();
}
