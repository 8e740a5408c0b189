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
        if (line.StartsWith("# tracer:"u8) || line.StartsWith("# entries-in-buffer"u8) || RawOutput.IsRaw(line))
        {
            return 1;
        }
        LineFit fit = TaskLine.Read(line, ref header);
        fit = fit == LineFit.None ? TaskLine.Search(line, ref header) : fit;
        fit = fit == LineFit.None && TaskLine.Search(ConsolePrefix.Strip(line), ref header) != LineFit.None ? LineFit.TaskOnly : fit;
        if (fit == LineFit.None && line.StartsWith(">"u8))
        {
            // Quoted in a mail; the name column may be padded behind the mark.
            fit = TaskLine.Search(line.TrimStart("> "u8), ref header);
        }
        if (fit != LineFit.None)
        {
            return 2;
        }
        return (TaskLine.ReadWithoutTask(line, ref header) == LineFit.Event || GraphComment.Read(line, ref header)) && known(header.Event) ? 2 : 0;
    });

    /// <inheritdoc/>
    public ITraceReader Open(TraceInput input, TraceSink sink) =>
        input.Flag("mail") ? new MailTrace(input, sink) : new TaskLineTrace(input, sink, pairs: false, fixedLines: true);
}
