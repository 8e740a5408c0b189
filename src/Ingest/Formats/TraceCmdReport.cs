using SecondLook.Contracts.Catalogs;
using SecondLook.Ingest.Inputs;

namespace SecondLook.Ingest.Formats;

/// <summary><c>trace-cmd report</c>: like tracefs text, event names padded, possibly a prefix for each file or buffer instance.</summary>
/// <remarks>Accepts: with and without latency flags, -t, --ts-diff, several inputs, instances, the KVM plug-in's texts, [FAILED TO PARSE].</remarks>
[CatalogEntry("trace-cmd-report", "trace-cmd report text")]
internal sealed class TraceCmdReport : ITraceFormat
{
    /// <inheritdoc/>
    public int Sniff(ReadOnlySpan<byte> head)
    {
        ReportLook look = ReportLook.At(head);
        return look.Latency > 0 || look.IsRaw ? 0 : look.Points;
    }

    /// <inheritdoc/>
    public ITraceReader Open(TraceInput input, TraceSink sink) => new ReportReader(input, sink, pairs: false);
}
