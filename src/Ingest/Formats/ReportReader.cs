using System.Buffers;
using System.Text;
using SecondLook.Ingest.Inputs;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Formats;

/// <summary>Reads trace-cmd report text; a prefix before the name column names the stream.</summary>
internal sealed class ReportReader : TaskLineTrace
{
    private const int LatencyNameWidth = 8;
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdef"u8);
    private readonly Dictionary<string, int> _streams = new(StringComparer.Ordinal);
    private readonly int _prefix;
    private bool _afterLoss;

    public ReportReader(TraceInput input, TraceSink sink, bool pairs)
        : this(input, sink, pairs, ReportLook.At(input.Head.Span).PrefixWidth)
    {
    }

    private ReportReader(TraceInput input, TraceSink sink, bool pairs, int prefix)
        : base(input, sink, pairs, prefix > 0 ? "" : null, fixedLines: prefix == 0 && !pairs)
    {
        _prefix = prefix;
        _streams.Add("", sink.CurrentStream);
    }

    /// <inheritdoc/>
    protected override void Line(ReadOnlySpan<byte> line, long number, long offset) => base.Line(WithoutDebug(WithoutPrefix(line)), number, offset);

    /// <inheritdoc/>
    protected override void CutLine(ReadOnlySpan<byte> line, long number, long offset)
    {
        ReadOnlySpan<byte> bare = WithoutDebug(WithoutPrefix(line));
        base.CutLine(bare.IsEmpty ? line : bare, number, offset);
    }

    /// <inheritdoc/>
    protected override LineFit ReadOdd(ReadOnlySpan<byte> line, ref LineHeader header)
    {
        if (line.StartsWith("cpus="u8) || line.StartsWith("version = "u8))
        {
            return LineFit.None;
        }
        if (!LatencyLine.Read(line, ref header))
        {
            return base.ReadOdd(line, ref header);
        }
        if (header.Comm.Length == LatencyNameWidth)
        {
            Sink.State.Context.Repair(RepairKind.CommTruncated);
        }
        return LineFit.Event;
    }

    // --debug puts the time since the record before, its place in the page and its length behind each: " [200590:0x3c:40]".
    private static ReadOnlySpan<byte> WithoutDebug(ReadOnlySpan<byte> line)
    {
        int open = line.EndsWith("]"u8) ? line.LastIndexOf(" ["u8) : -1;
        if (open < 16)
        {
            return line;
        }
        ReadOnlySpan<byte> inside = line[(open + 2)..^1];
        int colon = inside.IndexOf(":0x"u8);
        int second = inside.LastIndexOf((byte)':');
        bool isDebug = colon > 0 && second > colon + 3 && second < inside.Length - 1 && IsNumber(inside[..colon]) && IsNumber(inside[(second + 1)..])
            && !inside[(colon + 3)..second].ContainsAnyExcept(HexDigits);
        return isDebug ? line[..open] : line;
    }

    private static bool IsNumber(ReadOnlySpan<byte> text) => !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    private ReadOnlySpan<byte> WithoutPrefix(ReadOnlySpan<byte> line)
    {
        LineHeader header = default;
        bool bare = _afterLoss && (TaskLine.Read(line, ref header) == LineFit.Event || LatencyLine.Read(line, ref header));
        if (_prefix > 0 && line.Length > _prefix && !bare)
        {
            Use(line[.._prefix]);
            line = line[_prefix..];
        }
        // The tool prints a mark of loss and the event behind it at one go, and the prefix once before both.
        _afterLoss = _prefix > 0 && line.StartsWith("CPU:"u8);
        return line;
    }

    private void Use(ReadOnlySpan<byte> prefix)
    {
        ReadOnlySpan<byte> name = prefix.Trim((byte)' ').TrimEnd((byte)':');
        string text = Encoding.UTF8.GetString(name);
        if (!_streams.TryGetValue(text, out int stream))
        {
            stream = Sink.BeginStream(Input.NewStream(text));
            _streams.Add(text, stream);
        }
        Sink.UseStream(stream);
    }
}
