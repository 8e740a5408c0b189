using System.Buffers;
using System.Text;
using SecondLook.Ingest.Inputs;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Formats;

/// <summary>Header, clock, loss and buffer lines of trace text: everything that starts with <c>#</c> or <c>CPU:</c>.</summary>
internal sealed class TraceHeaderLines
{
    private static readonly SearchValues<byte> ClockNames = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-[] "u8);
    private readonly TraceInput _input;
    private readonly TraceSink _sink;
    private long _headerLine;
    private bool _anyEvent;

    /// <summary>Begins the first stream of an input.</summary>
    public TraceHeaderLines(TraceInput input, TraceSink sink, string? stream = null)
    {
        _input = input;
        _sink = sink;
        sink.BeginStream(input.NewStream(stream));
    }

    /// <summary>Called before each event: a header in the middle means another capture if its first event is of a CPU seen already.</summary>
    public void BeforeEvent(int cpu)
    {
        if (_headerLine != 0)
        {
            if (_anyEvent && _sink.HasCpu(cpu))
            {
                _sink.BeginCapture(_input.NewStream());
                _sink.Gap(-1, -1, "new_capture", _headerLine);
            }
            _headerLine = 0;
        }
        _anyEvent = true;
    }

    /// <summary>Takes a line if it is one of these.</summary>
    public bool TryTake(ReadOnlySpan<byte> line, long number)
    {
        if (line[0] == '#')
        {
            Header(line, number);
            return true;
        }
        ReadOnlySpan<byte> mark = line.TrimStart((byte)' ');
        return mark.StartsWith("CPU:"u8) ? TryLost(mark, number) : Clock(line);
    }

    private void Header(ReadOnlySpan<byte> line, long number)
    {
        if (line.StartsWith("# tracer:"u8))
        {
            _headerLine = number;
        }
        else if (line.StartsWith("# entries-in-buffer/entries-written: "u8))
        {
            Entries(line[37..], number);
        }
        else if (line.StartsWith("##### CPU "u8))
        {
            int at = 10;
            if (Digits.TryReadId(line, ref at, out int cpu) && line[at..].StartsWith(" buffer started"u8))
            {
                _sink.Gap(cpu, 0, "buffer_start", number);
            }
        }
        else if (line.IndexOf("latency trace v"u8) > 0 && line.IndexOf(" on "u8) is > 0 and int on)
        {
            _sink.Stream.Kernel ??= Encoding.ASCII.GetString(line[(on + 4)..]).Trim();
        }
        else
        {
            _ = Clock(line);
        }
    }

    // The content of trace_clock, added by whoever saved the trace: all names that the kernel knows, "local" first, the chosen one in
    // brackets. Whether a title or a comment sign stands before it is up to them.
    private bool Clock(ReadOnlySpan<byte> line)
    {
        if (line.IndexOf("local"u8) is < 0 or > 16)
        {
            return false;
        }
        line = line.TrimStart("# "u8);
        line = line.StartsWith("trace_clock:"u8) ? line[12..].TrimStart((byte)' ') : line;
        int open = line.IndexOf((byte)'[');
        int close = line.IndexOf((byte)']');
        if (open < 0 || close < open + 2 || !(line.StartsWith("local "u8) || line.StartsWith("[local]"u8))
            || line.ContainsAnyExcept(ClockNames))
        {
            return false;
        }
        TraceInput.NameClock(_sink.Stream, Encoding.ASCII.GetString(line[(open + 1)..close]));
        return true;
    }

    private void Entries(ReadOnlySpan<byte> text, long number)
    {
        int at = 0;
        if (!Digits.TryRead(text, ref at, out long kept) || at >= text.Length || text[at++] != '/' || !Digits.TryRead(text, ref at, out long written))
        {
            return;
        }
        _sink.Input.EntriesInBuffer = Math.Max(0, _sink.Input.EntriesInBuffer) + kept;
        _sink.Input.EntriesWritten = Math.Max(0, _sink.Input.EntriesWritten) + written;
        if (kept < written)
        {
            _sink.Gap(-1, written - kept, "overwritten", number);
        }
    }

    private bool TryLost(ReadOnlySpan<byte> line, long number)
    {
        int at = 4;
        if (!Digits.TryReadId(line, ref at, out int cpu) || !line[at..].StartsWith(" ["u8))
        {
            return false;
        }
        ReadOnlySpan<byte> text = line[(at + 2)..].TrimEnd((byte)' ');
        long lost = -1;
        if (text.SequenceEqual("LOST EVENTS]"u8) || text.SequenceEqual("EVENTS DROPPED]"u8))
        {
            _sink.Gap(cpu, lost, "overrun", number);
            return true;
        }
        int from = text.StartsWith("LOST "u8) ? 5 : 0;
        int end = text.IndexOf(" EVENTS"u8);
        if (end < from || !(text[end..].SequenceEqual(" EVENTS]"u8) || text[end..].SequenceEqual(" EVENTS DROPPED]"u8)))
        {
            return false;
        }
        // A count that cannot be read is still a loss.
        lost = Digits.TryRead(text, ref from, out lost) && from == end ? lost : -1;
        _sink.Gap(cpu, lost, "overrun", number);
        return true;
    }
}
