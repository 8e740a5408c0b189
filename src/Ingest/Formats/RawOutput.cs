using SecondLook.Contracts.Diagnostics;
using SecondLook.Ingest.Inputs;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Formats;

/// <summary>Trace text made with the raw, hex or bin option: it holds no event fields and is refused.</summary>
internal static class RawOutput
{
    /// <summary>Refuses the input if nothing was read from it so far and the line is such output.</summary>
    /// <exception cref="InputException">It is.</exception>
    public static void Refuse(ReadOnlySpan<byte> line, TraceInput input, TraceSink sink)
    {
        if (sink.EventCount == 0 && IsRaw(line))
        {
            throw new InputException(
                "ftrace_raw_output",
                $"{input.Name}: text made with options/raw holds no event fields. Record again with the options raw, hex and bin off, or use trace-cmd.");
        }
    }

    /// <summary>Whether a line is <c>pid cpu time type: id</c>.</summary>
    public static bool IsRaw(ReadOnlySpan<byte> line)
    {
        int type = line.IndexOf(" type: "u8);
        if (type < 5)
        {
            return false;
        }
        int at = 0;
        for (int i = 0; i < 3; i++)
        {
            if (!Digits.TryRead(line, ref at, out _) || at >= line.Length || line[at] != ' ')
            {
                return false;
            }
            at++;
        }
        return at == type + 1;
    }
}
