using SecondLook.Contracts.Catalogs;
using SecondLook.Ingest.Inputs;

namespace SecondLook.Ingest.Formats;

/// <summary>systrace and atrace HTML: tracefs text inside a script element.</summary>
/// <remarks>Accepts: <c>class="trace-data"</c>, one element or several, and the old form, a script string whose lines end in <c>\n\</c>.</remarks>
[CatalogEntry("systrace", "systrace or atrace HTML")]
internal sealed class Systrace : ITraceFormat
{
    private const int BinaryMagic = 1000;

    /// <inheritdoc/>
    public int Sniff(ReadOnlySpan<byte> head) => head.IndexOf(NewMark) >= 0 || head.IndexOf(OldMark) >= 0 ? BinaryMagic : 0;

    /// <inheritdoc/>
    public ITraceReader Open(TraceInput input, TraceSink sink) => new Reader(input, sink);

    private static ReadOnlySpan<byte> NewMark => "<script class=\"trace-data\""u8;

    private static ReadOnlySpan<byte> OldMark => "linuxPerfData = \""u8;

    private sealed class Reader(TraceInput input, TraceSink sink) : TaskLineTrace(input, sink, pairs: false)
    {
        private bool _inside;
        private bool _escaped;

        protected override void Line(ReadOnlySpan<byte> line, long number, long offset)
        {
            if (line.IndexOf(NewMark) >= 0 || line.IndexOf(OldMark) >= 0)
            {
                _inside = true;
                _escaped = line.IndexOf(OldMark) >= 0;
                return;
            }
            if (line.IndexOf("</script>"u8) >= 0)
            {
                _inside = false;
                return;
            }
            if (!_inside)
            {
                Sink.State.OtherLines++;
                return;
            }
            if (_escaped)
            {
                _inside = line.EndsWith("\\n\\"u8) || line.EndsWith("\\"u8);
                line = line.EndsWith("\\n\\"u8) ? line[..^3] : line.EndsWith("\\n\";"u8) ? line[..^4] : line;
            }
            base.Line(line, number, offset);
        }

        protected override void CutLine(ReadOnlySpan<byte> line, long number, long offset)
        {
            if (_inside && line.IndexOf("</script>"u8) < 0)
            {
                base.CutLine(line, number, offset);
            }
        }
    }
}
