using SecondLook.Contracts.Catalogs;
using SecondLook.Ingest.Inputs;

namespace SecondLook.Ingest.Formats.PerfData;

/// <summary>The binary file of perf record.</summary>
/// <remarks>Accepts: files and what <c>perf record -o -</c> writes to a pipe, both byte orders, records packed with zstd.</remarks>
[CatalogEntry("perf.data", "perf record binary file")]
internal sealed class PerfDataFormat : ITraceFormat
{
    private const int BinaryMagic = 1000;

    /// <inheritdoc/>
    public int Sniff(ReadOnlySpan<byte> head) => head.StartsWith("PERFILE2"u8) || head.StartsWith("2ELIFREP"u8) ? BinaryMagic : 0;

    /// <inheritdoc/>
    public ITraceReader Open(TraceInput input, TraceSink sink) => new PerfDataReader(input, sink);
}
