using SecondLook.Contracts.Catalogs;
using SecondLook.Ingest.Inputs;

namespace SecondLook.Ingest.Formats;

/// <summary><c>trace-cmd report -l</c>: the latency form with absolute times; names are cut after eight bytes.</summary>
[CatalogEntry("trace-cmd-report-latency", "trace-cmd report -l text")]
internal sealed class TraceCmdReportLatency : ITraceFormat
{
    /// <inheritdoc/>
    public int Sniff(ReadOnlySpan<byte> head)
    {
        ReportLook look = ReportLook.At(head);
        return look.Latency > 0 ? look.Points : 0;
    }

    /// <inheritdoc/>
    public ITraceReader Open(TraceInput input, TraceSink sink) => new ReportReader(input, sink, pairs: false);
}
