using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Ingest.Inputs;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Formats;

/// <summary>tracefs text made with the option <c>latency-format</c>: times in microseconds since the start of the buffer.</summary>
[CatalogEntry("ftrace-latency", "tracefs text made with options/latency-format")]
internal sealed class FtraceLatency : ITraceFormat
{
    /// <inheritdoc/>
    public int Sniff(ReadOnlySpan<byte> head) => TextSniffer.Count(head, static (line, _) =>
    {
        LineHeader header = default;
        return line.StartsWith("# tracer:"u8) ? 1 : IsRelative(line, ref header) ? 2 : 0;
    });

    /// <inheritdoc/>
    public ITraceReader Open(TraceInput input, TraceSink sink)
    {
        Reader reader = new(input, sink);
        sink.Stream.Relative = true;
        sink.Stream.Clock = $"{sink.Stream.Clock}-relative";
        return reader;
    }

    private static bool IsRelative(ReadOnlySpan<byte> line, ref LineHeader header) =>
        LatencyLine.Read(line, ref header) && line.IndexOf("us"u8) is > 0 and int at && at < line.Length - header.Event.Length - header.Message.Length;

    private sealed class Reader(TraceInput input, TraceSink sink) : TaskLineTrace(input, sink, pairs: false)
    {
        protected override LineFit ReadOdd(ReadOnlySpan<byte> line, ref LineHeader header)
        {
            if (LatencyLine.Read(line, ref header))
            {
                return LineFit.Event;
            }
            if (line.IndexOf("ms (+"u8) > 0 && Sink.EventCount == 0)
            {
                throw new InputException("ftrace_latency_verbose", $"{Input.Name}: verbose latency output; record again with options/verbose off.");
            }
            return LineFit.None;
        }
    }
}
