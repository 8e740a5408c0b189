using SecondLook.Contracts.Catalogs;
using SecondLook.Ingest.Inputs;

namespace SecondLook.Ingest.Formats.TraceDat;

/// <summary>The binary file of trace-cmd.</summary>
/// <remarks>Accepts: versions 6 and 7, both byte orders, packed with zlib or zstd, instances, files of guests.</remarks>
[CatalogEntry("trace.dat", "trace-cmd binary file, versions 6 and 7")]
internal sealed class TraceDatFormat : ITraceFormat
{
    private const int BinaryMagic = 1000;

    /// <inheritdoc/>
    public int Sniff(ReadOnlySpan<byte> head) => head.StartsWith(TraceDatHeader.Magic) ? BinaryMagic : 0;

    /// <inheritdoc/>
    public ITraceReader Open(TraceInput input, TraceSink sink) => new TraceDatReader(input, sink);
}
