using SecondLook.Ingest.Inputs;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Formats;

/// <summary>ftrace text that went through a mail program: quote marks are dropped, wrapped lines joined (option <c>mail</c>).</summary>
internal sealed class MailTrace(TraceInput input, TraceSink sink) : TaskLineTrace(input, sink, pairs: false)
{
    private byte[] _held = [];
    private int _length;
    private long _number;
    private long _offset;

    /// <inheritdoc/>
    protected override void Line(ReadOnlySpan<byte> line, long number, long offset)
    {
        ReadOnlySpan<byte> text = line;
        while (text.StartsWith(">"u8))
        {
            text = text[1..].StartsWith(" "u8) ? text[2..] : text[1..];
        }
        bool quoted = text.Length < line.Length;
        LineHeader header = default;
        if (TaskLine.Search(text, ref header) != LineFit.None || TaskLine.Read(text, ref header) != LineFit.None)
        {
            Release();
            Hold(text, number, offset);
            CountQuote(quoted);
        }
        else if (_length > 0 && !text.IsEmpty)
        {
            Hold(" "u8, _number, _offset);
            Hold(text, _number, _offset);
            CountQuote(quoted);
            Sink.State.Context.Repair(RepairKind.JoinedWrapped);
        }
        else
        {
            Release();
        }
    }

    /// <inheritdoc/>
    protected override void Finish() => Release();

    private void CountQuote(bool quoted)
    {
        if (quoted)
        {
            Sink.State.Context.Repair(RepairKind.MailQuote);
        }
    }

    private void Hold(ReadOnlySpan<byte> text, long number, long offset)
    {
        if (_length + text.Length > LineReader.MaxLine)
        {
            return;
        }
        if (_length + text.Length > _held.Length)
        {
            Array.Resize(ref _held, Math.Max(1024, (_length + text.Length) * 2));
        }
        text.CopyTo(_held.AsSpan(_length));
        _length += text.Length;
        (_number, _offset) = (number, offset);
    }

    private void Release()
    {
        if (_length > 0)
        {
            int length = _length;
            _length = 0;
            base.Line(_held.AsSpan(0, length), _number, _offset);
        }
    }
}
