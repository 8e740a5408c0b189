using SecondLook.Contracts.Catalogs;
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
        return line.StartsWith("# tracer:"u8) || RawOutput.IsVerboseLatency(line) ? 1 : IsRelative(ConsolePrefix.Strip(line), ref header) ? 2 : 0;
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
        LatencyLine.Read(line, ref header)
        && (!header.StampIsNs || (line.IndexOf("us"u8) is > 0 and int at && at < line.Length - header.Event.Length - header.Message.Length));

    private sealed class Reader(TraceInput input, TraceSink sink) : TaskLineTrace(input, sink, pairs: false)
    {
        // Names have eight bytes.
        protected override bool IsStartOfLine(ReadOnlySpan<byte> line) => line.Length > 8 ? line[8] == '-' : IsStartOfName(line);

        protected override LineFit ReadOdd(ReadOnlySpan<byte> line, ref LineHeader header)
        {
            if (LatencyLine.Read(line, ref header))
            {
                return LineFit.Event;
            }
            // A dump to the console has this form whatever the options are.
            if (LatencyLine.Read(ConsolePrefix.Strip(line), ref header))
            {
                Sink.State.Context.Repair(RepairKind.DmesgPrefix);
                return LineFit.Event;
            }
            return LineFit.None;
        }
    }
}
