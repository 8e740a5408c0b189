using SecondLook.Contracts.Catalogs;
using SecondLook.Ingest.Inputs;

namespace SecondLook.Ingest.Formats;

/// <summary><c>trace-cmd report -R</c>: every event as <c>name=value</c> pairs in the bases of the print format.</summary>
[CatalogEntry("trace-cmd-report-raw", "trace-cmd report -R text")]
internal sealed class TraceCmdReportRaw : ITraceFormat
{
    /// <inheritdoc/>
    public int Sniff(ReadOnlySpan<byte> head)
    {
        ReportLook look = ReportLook.At(head);
        return look.IsRaw ? look.Points : 0;
    }

    /// <inheritdoc/>
    public ITraceReader Open(TraceInput input, TraceSink sink) => new ReportReader(input, sink, pairs: true);
}
