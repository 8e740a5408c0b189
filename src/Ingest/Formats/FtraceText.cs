using SecondLook.Contracts.Catalogs;
using SecondLook.Ingest.Inputs;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Formats;

/// <summary>The text of tracefs: <c>trace</c>, <c>trace_pipe</c>, and what people paste of them.</summary>
/// <remarks>Accepts: every width of the latency columns and none, TGID column, all clocks, lost and buffer marks, console prefixes.</remarks>
[CatalogEntry("ftrace-text", "tracefs trace and trace_pipe text")]
internal sealed class FtraceText : ITraceFormat
{
    /// <inheritdoc/>
    public int Sniff(ReadOnlySpan<byte> head) => TextSniffer.Count(head, static (line, known) =>
    {
        LineHeader header = default;
        if (line.StartsWith("# tracer:"u8) || line.StartsWith("# entries-in-buffer"u8))
        {
            return 2;
        }
        LineFit fit = TaskLine.Read(line, ref header);
        fit = fit == LineFit.None ? TaskLine.Search(line, ref header) : fit;
        fit = fit == LineFit.None && TaskLine.Search(ConsolePrefix.Strip(line), ref header) != LineFit.None ? LineFit.TaskOnly : fit;
        if (fit != LineFit.None)
        {
            return 1;
        }
        return TaskLine.ReadWithoutTask(line, ref header) == LineFit.Event && known(header.Event) ? 1 : 0;
    });

    /// <inheritdoc/>
    public ITraceReader Open(TraceInput input, TraceSink sink) => new Reader(input, sink);

    private sealed class Reader : TextTrace
    {
        private readonly TraceHeaderLines _headers;

        public Reader(TraceInput input, TraceSink sink)
            : base(input, sink)
        {
            _headers = new TraceHeaderLines(input, sink);
        }

        protected override void Line(ReadOnlySpan<byte> line, long number, long offset)
        {
            LineHeader header = default;
            if (TaskLine.Read(line, ref header) == LineFit.Event)
            {
                _headers.BeforeEvent(header.Cpu);
                Sink.Printed(header, number, offset, line);
                return;
            }
            Slow(line, number, offset, false);
        }

        protected override void CutLine(ReadOnlySpan<byte> line, long number, long offset) => Slow(line, number, offset, true);

        // Everything that is not an untouched event line; also an untouched one that may be cut short.
        private void Slow(ReadOnlySpan<byte> line, long number, long offset, bool cut)
        {
            if (line.IsEmpty || _headers.TryTake(line, number))
            {
                return;
            }
            LineHeader header = default;
            LineFit fit = TaskLine.Read(line, ref header);
            if (fit == LineFit.None)
            {
                fit = TaskLine.Search(line, ref header);
            }
            if (fit == LineFit.None)
            {
                ReadOnlySpan<byte> stripped = ConsolePrefix.Strip(line);
                if (stripped.Length < line.Length)
                {
                    fit = TaskLine.Read(stripped, ref header);
                    fit = fit == LineFit.None ? TaskLine.Search(stripped, ref header) : fit;
                    if (fit == LineFit.Event)
                    {
                        Sink.State.Context.Repair(RepairKind.DmesgPrefix);
                    }
                }
            }
            if (fit == LineFit.None && TaskLine.ReadWithoutTask(line, ref header) == LineFit.Event && Sink.State.Tracepoints.IsKnown(header.Event))
            {
                fit = LineFit.Event;
            }
            if (fit == LineFit.Event)
            {
                if (cut && !CutLineRule.IsComplete(line))
                {
                    Sink.Quarantine(number, offset, "truncated_last_line", line);
                    return;
                }
                _headers.BeforeEvent(header.Cpu);
                Sink.Printed(header, number, offset, line);
            }
            else if (cut && fit == LineFit.None && line.Length > 16 && line[16] == '-')
            {
                Sink.Quarantine(number, offset, "truncated_last_line", line);
            }
            else
            {
                RawOutput.Refuse(line, Input, Sink);
                Sink.State.OtherLines++;
            }
        }
    }
}
