using System.Buffers;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Ingest.Inputs;

namespace SecondLook.Ingest.Formats;

/// <summary>Trace text made with the raw, hex, bin or verbose option: it is refused, with what to record instead.</summary>
internal static class RawOutput
{
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    /// <summary>Refuses the input if nothing was read from it so far and the line is such output.</summary>
    /// <exception cref="InputException">It is.</exception>
    public static void Refuse(ReadOnlySpan<byte> line, TraceInput input, TraceSink sink)
    {
        if (sink.EventCount == 0 && IsVerboseLatency(line))
        {
            throw new InputException("ftrace_latency_verbose", $"{input.Name}: verbose latency output; record again with options/verbose off.");
        }
        if (sink.EventCount == 0 && IsRaw(line))
        {
            throw Refusal(input);
        }
    }

    /// <summary>Refuses an input without any event whose bytes are those of the option <c>bin</c>: a text header, then NUL bytes.</summary>
    /// <exception cref="InputException">It is one.</exception>
    public static void RefuseBinary(TraceInput input, TraceSink sink)
    {
        if (sink.EventCount == 0 && sink.OtherEventCount == 0 && input.Head.Span.StartsWith("# tracer:"u8) && input.Head.Span.Contains((byte)0))
        {
            throw Refusal(input);
        }
    }

    private static InputException Refusal(TraceInput input) => new(
        "ftrace_raw_output",
        $"{input.Name}: text made with options/raw holds no event fields. Record again with the options raw, hex and bin off, or use trace-cmd.");

    /// <summary>Whether a line is one of the options latency-format and verbose together: <c>.. [count] a.bms (+c.dms): ..</c>.</summary>
    public static bool IsVerboseLatency(ReadOnlySpan<byte> line) =>
        line.IndexOf("ms (+"u8) is > 20 and int at && line[..at].LastIndexOf("] "u8) is > 0 and int close && at - close < 32
        && line[at..].IndexOf("ms): "u8) is > 0 and < 32;

    /// <summary>Whether a line is <c>pid cpu time type: id</c>, its numbers decimal or hexadecimal, or of the option <c>hex</c>: the same as bytes.</summary>
    public static bool IsRaw(ReadOnlySpan<byte> line)
    {
        if (line.Length > 34 && line[8] == ' ' && line[17] == ' ' && line[34] == ' '
            && !line[..8].ContainsAnyExcept(HexDigits) && !line[9..17].ContainsAnyExcept(HexDigits) && !line[18..34].ContainsAnyExcept(HexDigits))
        {
            return true;
        }
        int type = line.IndexOf(" type: "u8);
        if (type < 5)
        {
            return false;
        }
        int at = 0;
        for (int i = 0; i < 3; i++)
        {
            int digits = line[at..].IndexOfAnyExcept(HexDigits);
            if (digits <= 0 || line[at + digits] != ' ')
            {
                return false;
            }
            at += digits + 1;
        }
        return at == type + 1;
    }
}
