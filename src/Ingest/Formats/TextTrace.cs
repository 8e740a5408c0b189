using System.Runtime.CompilerServices;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Ingest.Inputs;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Formats;

/// <summary>What all line-oriented formats share: line ends, byte-order mark, NUL bytes, over-long and cut lines.</summary>
internal abstract class TextTrace : ITraceReader, ILineConsumer
{
    // An endless line (a bomb, a disk image) would otherwise be skipped for hours.
    private const long RefuseLineAfter = 64L << 20;
    private readonly LineReader _lines;
    private readonly TraceInput _input;
    private long _lineNumber;
    private long _lastNewline;
    private bool _started;
    private bool _failed;

    protected TextTrace(TraceInput input, TraceSink sink)
    {
        _input = input;
        Sink = sink;
        _lines = new LineReader(input.Pipe);
    }

    /// <summary>Where pieces go.</summary>
    protected TraceSink Sink { get; }

    /// <summary>Readable bytes behind the line at hand.</summary>
    protected int Slack { get; private set; }

    /// <summary>The input.</summary>
    protected TraceInput Input => _input;

    /// <inheritdoc/>
    public bool ReadBlock()
    {
        try
        {
            bool more = !_failed && _lines.ReadBlock(this);
            if (more && _lines.Offset - _lastNewline > RefuseLineAfter)
            {
                throw new InputException("line_too_long", $"{_input.Name}: a line of more than {RefuseLineAfter >> 20} MiB is no trace text.");
            }
            if (!more)
            {
                Finish();
            }
            return more;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            // A cut or damaged archive: what was unpacked counts, and the loss is a fact.
            _failed = true;
            _lines.Finish(this);
            Sink.Gap(-1, -1, "truncated_file", _lineNumber);
            Finish();
            return false;
        }
    }

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Lines(ReadOnlySpan<byte> block, long offset)
    {
        int at = 0;
        if (!_started)
        {
            _started = true;
            if (block.StartsWith("\uFEFF"u8))
            {
                at = 3;
                Sink.State.Context.Repair(RepairKind.Bom);
            }
        }
        bool hasNul = block.Contains((byte)0);
        while (at < block.Length)
        {
            int length = block[at..].IndexOf((byte)'\n');
            if (length < 0)
            {
                break;
            }
            ReadOnlySpan<byte> line = block.Slice(at, length);
            _lineNumber++;
            if (length > 0 && (line[^1] == '\r' || hasNul || length > LineReader.MaxLine))
            {
                OddLine(line, offset + at, false);
            }
            else
            {
                Slack = Math.Min(32, block.Length - at - length);
                Line(line, _lineNumber, offset + at);
                Slack = 0;
            }
            at += length + 1;
        }
        _lastNewline = offset + at;
    }

    /// <inheritdoc/>
    public void LastLine(ReadOnlySpan<byte> line, long offset)
    {
        if (!_started && line.StartsWith("\uFEFF"u8))
        {
            line = line[3..];
            Sink.State.Context.Repair(RepairKind.Bom);
        }
        _started = true;
        _lineNumber++;
        OddLine(line, offset, true);
    }

    /// <inheritdoc/>
    public void LongLine(ReadOnlySpan<byte> start, long offset)
    {
        _lineNumber++;
        _started = true;
        Sink.Quarantine(_lineNumber, offset, "line_too_long", start);
    }

    /// <summary>Takes one line without its end.</summary>
    protected abstract void Line(ReadOnlySpan<byte> line, long number, long offset);

    /// <summary>Takes a last line that no newline ends.</summary>
    protected virtual void CutLine(ReadOnlySpan<byte> line, long number, long offset) => Line(line, number, offset);

    /// <summary>The input has ended.</summary>
    protected virtual void Finish()
    {
    }

    private void OddLine(ReadOnlySpan<byte> line, long offset, bool cut)
    {
        if (!line.IsEmpty && line[^1] == '\r')
        {
            line = line[..^1];
            Sink.State.Context.Repair(RepairKind.Crlf);
        }
        int nuls = 0;
        while (nuls < line.Length && line[nuls] == 0)
        {
            nuls++;
        }
        if (nuls > 0)
        {
            Sink.State.Context.Repair(RepairKind.NulRunBytes, nuls);
            line = line[nuls..];
            offset += nuls;
        }
        int end = line.Length;
        while (end > 0 && line[end - 1] == 0)
        {
            end--;
        }
        if (end < line.Length)
        {
            Sink.State.Context.Repair(RepairKind.NulRunBytes, line.Length - end);
            line = line[..end];
        }
        if (line.Contains((byte)0))
        {
            Sink.Quarantine(_lineNumber, offset, "nul_in_line", line);
        }
        else if (line.Length > LineReader.MaxLine)
        {
            Sink.Quarantine(_lineNumber, offset, "line_too_long", line);
        }
        else if (cut && !line.IsEmpty)
        {
            CutLine(line, _lineNumber, offset);
        }
        else
        {
            Line(line, _lineNumber, offset);
        }
    }
}
