using System.Globalization;
using SecondLook.Ingest.Inputs;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Formats;

/// <summary>Reader of <c>task-pid [cpu] time: event: message</c> lines, shared by tracefs text and trace-cmd report.</summary>
internal class TaskLineTrace : TextTrace
{
    private readonly TraceHeaderLines _headers;
    private readonly bool _pairs;
    private readonly ulong _tscHz;
    private int _perfStream = -1;

    /// <summary>Begins the first stream.</summary>
    /// <param name="input">The input.</param>
    /// <param name="sink">Takes the pieces.</param>
    /// <param name="pairs">Whether messages are <c>name=value</c> pairs of the record's fields.</param>
    /// <param name="stream">Name of the first stream, or null.</param>
    /// <param name="fixedLines">Whether lines begin with the name column, so that the fast path may be tried.</param>
    public TaskLineTrace(TraceInput input, TraceSink sink, bool pairs, string? stream = null, bool fixedLines = false)
        : base(input, sink, fixedLines)
    {
        _headers = new TraceHeaderLines(input, sink, stream);
        if (!HasSeveralCpus(input.Head.Span))
        {
            // One CPU alone at the start may be the first of concatenated per-CPU files, which are in order only one by one.
            sink.ExpectDisorder();
        }
        _pairs = pairs;
        _tscHz = input.Options.TryGetValue("tsc_hz", out string? hz) ? ulong.Parse(hz, CultureInfo.InvariantCulture) : 0;
    }

    /// <inheritdoc/>
    protected override void Line(ReadOnlySpan<byte> line, long number, long offset)
    {
        LineHeader header = default;
        if (TaskLine.Read(line, ref header) == LineFit.Event)
        {
            header.Slack = Slack;
            Deliver(ref header, line, number, offset);
            return;
        }
        Slow(line, number, offset, false);
    }

    /// <inheritdoc/>
    protected override int TakeFixed(LineBlock block, int row, long number)
    {
        // Header lines fit no fixed grammar, so that only the first event may be one behind a header.
        _headers.BeforeEvent(block.Rows.Prefixes[block.Rows.Rows[row].Prefix].Cpu);
        return Sink.Fixed(block, row, number);
    }

    /// <inheritdoc/>
    protected override void Finish() => RawOutput.RefuseBinary(Input, Sink);

    /// <inheritdoc/>
    protected override void CutLine(ReadOnlySpan<byte> line, long number, long offset) => Slow(line, number, offset, true);

    private static bool HasSeveralCpus(ReadOnlySpan<byte> head)
    {
        int cpu = -1;
        LineHeader header = default;
        while (head.IndexOf((byte)'\n') is >= 0 and int end)
        {
            ReadOnlySpan<byte> line = head[..end];
            head = head[(end + 1)..];
            if (TaskLine.Read(line, ref header) != LineFit.None)
            {
                if (cpu >= 0 && header.Cpu != cpu)
                {
                    return true;
                }
                cpu = header.Cpu;
            }
        }
        return false;
    }

    /// <summary>Reads a line of another grammar.</summary>
    protected virtual LineFit ReadOdd(ReadOnlySpan<byte> line, ref LineHeader header)
    {
        LineFit fit = TaskLine.Search(line, ref header);
        if (fit != LineFit.None)
        {
            return fit;
        }
        ReadOnlySpan<byte> stripped = ConsolePrefix.Strip(line);
        if (stripped.Length < line.Length)
        {
            fit = TaskLine.Read(stripped, ref header);
            fit = fit == LineFit.None ? TaskLine.Search(stripped, ref header) : fit;
            fit = fit == LineFit.None && LatencyLine.Read(stripped, ref header) ? LineFit.Event : fit;
            if (fit == LineFit.Event)
            {
                Sink.State.Context.Repair(RepairKind.DmesgPrefix);
            }
        }
        if (fit == LineFit.None && (LatencyLine.Read(line, ref header) || GraphComment.Read(line, ref header)))
        {
            return LineFit.Event;
        }
        return fit == LineFit.None && TaskLine.ReadWithoutTask(line, ref header) == LineFit.Event && Sink.State.Tracepoints.IsKnown(header.Event)
            ? LineFit.Event
            : fit;
    }

    // Everything that is not an untouched event line; also an untouched one that may be cut short.
    private void Slow(ReadOnlySpan<byte> line, long number, long offset, bool cut)
    {
        if (line.IsEmpty || _headers.TryTake(line, number))
        {
            return;
        }
        ReadOnlySpan<byte> frame = line.TrimStart((byte)' ');
        if (frame.StartsWith("=> "u8))
        {
            // trace-cmd prints the address behind the name, the kernel an offset where it was told to.
            frame = frame[3..];
            int stop = frame.IndexOfAny((byte)' ', (byte)'+');
            Sink.StackFrame(stop < 0 ? frame : frame[..stop]);
        }
        LineHeader header = default;
        LineFit fit = TaskLine.Read(line, ref header);
        if (fit == LineFit.None && line[0] == '>' && TaskLine.Search(line.TrimStart("> "u8), ref header) == LineFit.Event && Sink.State.Tracepoints.IsKnown(header.Event))
        {
            // A quoted mail: whether lines are whole is known only where quoting is to be undone.
            Sink.Quarantine(number, offset, "malformed_event", line);
            return;
        }
        fit = fit == LineFit.None ? ReadOdd(line, ref header) : fit;
        if (fit == LineFit.Event)
        {
            if (cut && !CutLineRule.IsComplete(line))
            {
                Sink.Quarantine(number, offset, "truncated_last_line", line);
                return;
            }
            Deliver(ref header, line, number, offset);
        }
        else if (fit == LineFit.None && ConsolePrefix.Strip(line) is { IsEmpty: false } bare && bare.Length < line.Length && _headers.TryTake(bare, number))
        {
            Sink.State.Context.Repair(RepairKind.DmesgPrefix);
        }
        else if (PerfLine.Read(line, ref header, out int guest) && guest < 0 && !header.System.IsEmpty
            && (Sink.State.Tracepoints.IsKnown(header.Event) || (header.HasTime && header.Tid >= 0)))
        {
            Foreign(header, line, number, offset);
        }
        else if (cut && IsStartOfLine(line))
        {
            Sink.Quarantine(number, offset, "truncated_last_line", line);
        }
        else
        {
            RawOutput.Refuse(line, Input, Sink);
            if (fit == LineFit.None && LostEvent.IsIn(line, Sink.State.Tracepoints))
            {
                Sink.Quarantine(number, offset, "malformed_event", line);
                return;
            }
            Sink.State.OtherLines++;
        }
    }

    /// <summary>Whether a last line that is cut was to become that of an event: a name of at most 15 bytes behind blanks, 16 in all, and a dash.</summary>
    protected virtual bool IsStartOfLine(ReadOnlySpan<byte> line) => line.Length > 16 ? line[16] == '-' : IsStartOfName(line);

    /// <summary>Whether a line holds blanks and the start of a name only.</summary>
    protected static bool IsStartOfName(ReadOnlySpan<byte> line) => line[0] == ' ' && line.TrimStart((byte)' ') is { IsEmpty: false } name && name[0] != '=';

    // A line of perf script in between: outputs of two tools were put into one file. They are streams apart.
    private void Foreign(scoped in LineHeader header, ReadOnlySpan<byte> line, long number, long offset)
    {
        int own = Sink.CurrentStream;
        if (_perfStream < 0)
        {
            _perfStream = Sink.BeginStream(Input.NewStream());
            Input.Facts.Container = "mixed";
        }
        Sink.UseStream(_perfStream);
        Sink.Printed(header, number, offset, line);
        Sink.UseStream(own);
    }

    private void Deliver(scoped ref LineHeader header, ReadOnlySpan<byte> line, long number, long offset)
    {
        _headers.BeforeEvent(header.Cpu);
        if (_tscHz != 0 && header.HasTime && !header.StampIsNs && !(Sink.Stream.ClockNamed && Sink.Stream.Unit is "count" or "jiffies"))
        {
            if (!Sink.Stream.ClockNamed)
            {
                TraceInput.NameClock(Sink.Stream, "x86-tsc");
            }
            Sink.Stream.Unit = "ns";
            header.Cycles = header.Stamp;
            header.Stamp = (ulong)((UInt128)header.Stamp * 1_000_000_000 / _tscHz);
            header.StampIsNs = true;
        }
        if (_pairs)
        {
            Sink.Pairs(header, number, offset, line);
        }
        else
        {
            Sink.Printed(header, number, offset, line);
        }
    }
}
