using SecondLook.Contracts.Events;
using SecondLook.Ingest.Inputs;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Formats;

/// <summary>Trace lines pasted into a mail: quote marks are dropped, and a message that was wrapped is joined until it is whole.</summary>
/// <remarks>Accepts: any number of <c>&gt;</c> marks. What does not become whole is quarantined line by line (trace-formats.md 3, 8).</remarks>
internal sealed class MailTrace(TraceInput input, TraceSink sink) : TaskLineTrace(input, sink, pairs: false)
{
    private const int MaxJoined = 16;
    private readonly List<(long Number, long Offset, byte[] Text)> _lines = [];
    private readonly DecodeContext _trial = new(new StringTable());
    private byte[] _held = [];
    private int _quoted;

    /// <inheritdoc/>
    protected override void Line(ReadOnlySpan<byte> line, long number, long offset)
    {
        ReadOnlySpan<byte> text = line;
        while (text.StartsWith(">"u8))
        {
            text = text[1..].StartsWith(" "u8) ? text[2..] : text[1..];
        }
        int quoted = text.Length < line.Length ? 1 : 0;
        LineHeader header = default;
        if (TaskLine.Search(text, ref header) != LineFit.None || TaskLine.Read(text, ref header) != LineFit.None)
        {
            Release();
            _held = text.ToArray();
            _lines.Add((number, offset, line.ToArray()));
            _quoted = quoted;
        }
        else if (_lines.Count is > 0 and < MaxJoined && !text.IsEmpty && text[0] is not ((byte)' ' or (byte)'#') && !text.StartsWith("CPU:"u8)
            && _held.Length + text.Length < LineReader.MaxLine && IsPart(_held))
        {
            _held = [.. _held, (byte)' ', .. text];
            _lines.Add((number, offset, line.ToArray()));
            _quoted += quoted;
        }
        else
        {
            Release();
            base.Line(text, number, offset);
        }
    }

    /// <inheritdoc/>
    protected override void CutLine(ReadOnlySpan<byte> line, long number, long offset)
    {
        if (CutLineRule.IsComplete(line) || _lines.Count > 0)
        {
            Line(line, number, offset);
            return;
        }
        base.CutLine(line, number, offset);
    }

    /// <inheritdoc/>
    protected override void Finish()
    {
        Release();
        base.Finish();
    }

    // A known event whose message is not whole.
    private bool IsPart(ReadOnlySpan<byte> text)
    {
        LineHeader header = default;
        LineFit fit = TaskLine.Read(text, ref header);
        if (fit == LineFit.None)
        {
            fit = TaskLine.Search(text, ref header);
        }
        if (fit != LineFit.Event || !Sink.State.Tracepoints.IsKnown(header.Event))
        {
            return false;
        }
        TraceEvent e = default;
        FieldCursor message = new(header.Message);
        bool whole = Sink.State.Tracepoints.Find(header.Event).Tracepoint!.TryParse(ref message, ref e, _trial) && _trial.FinishMessage(message.Rest, ref e);
        _trial.DropExtra();
        return !whole;
    }

    private void Release()
    {
        if (_lines.Count == 0)
        {
            return;
        }
        if (_lines.Count > 1 && IsPart(_held))
        {
            foreach ((long number, long offset, byte[] text) in _lines)
            {
                Sink.Quarantine(number, offset, "malformed_event", text);
            }
        }
        else
        {
            long before = Sink.EventCount;
            base.Line(_held, _lines[0].Number, _lines[0].Offset);
            if (Sink.EventCount > before)
            {
                Sink.State.Context.Repair(RepairKind.JoinedWrapped, _lines.Count - 1);
                Sink.State.Context.Repair(RepairKind.MailQuote, _quoted);
            }
        }
        _lines.Clear();
    }
}
