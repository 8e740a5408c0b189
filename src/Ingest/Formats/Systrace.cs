using SecondLook.Contracts.Catalogs;
using SecondLook.Ingest.Inputs;

namespace SecondLook.Ingest.Formats;

/// <summary>systrace and atrace HTML: tracefs text inside a script element.</summary>
[CatalogEntry("systrace", "systrace or atrace HTML")]
internal sealed class Systrace : ITraceFormat
{
    private const int BinaryMagic = 1000;

    /// <inheritdoc/>
    public int Sniff(ReadOnlySpan<byte> head) => head.IndexOf("<script class=\"trace-data\""u8) >= 0 ? BinaryMagic : 0;

    /// <inheritdoc/>
    public ITraceReader Open(TraceInput input, TraceSink sink) => new TaskLineTrace(input, sink, pairs: false);
}
