using SecondLook.Contracts.Catalogs;
using SecondLook.Ingest.Inputs;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Formats;

/// <summary>tracefs text made with the option <c>fields</c> (6.4 and later): every event as <c>name=0x.. (decimal)</c> pairs.</summary>
[CatalogEntry("ftrace-fields", "tracefs text made with options/fields")]
internal sealed class FtraceFields : ITraceFormat
{
    /// <inheritdoc/>
    public int Sniff(ReadOnlySpan<byte> head) => TextSniffer.Count(head, static (line, known) =>
    {
        LineHeader header = default;
        return line.StartsWith("# tracer:"u8) || line.StartsWith("# entries-in-buffer"u8)
            ? 1
            : TaskLine.Read(line, ref header) == LineFit.Event && known(header.Event) && IsFields(header.Message) ? 4 : 0;
    });

    /// <inheritdoc/>
    public ITraceReader Open(TraceInput input, TraceSink sink) => new TaskLineTrace(input, sink, pairs: true);

    // Every number is printed once more in decimal brackets.
    private static bool IsFields(ReadOnlySpan<byte> message) =>
        PairGrammar.StartsWithPair(message) && message[^1] == ')' && message.LastIndexOf((byte)'(') is >= 0 and int open
        && message.Length - open > 2 && !message[(open + 1)..^1].TrimStart((byte)'-').ContainsAnyExceptInRange((byte)'0', (byte)'9');
}
