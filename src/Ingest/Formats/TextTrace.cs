using System.Runtime.CompilerServices;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Ingest.Inputs;
using SecondLook.Ingest.Text;
using SecondLook.Ingest.Text.Forms;

namespace SecondLook.Ingest.Formats;

/// <summary>What all line-oriented formats share: line ends, byte-order mark, NUL bytes, over-long and cut lines.</summary>
internal abstract class TextTrace : ITraceReader
{
    private const byte Mark = 0xEF;
    private readonly BlockFeed _blocks;
    private readonly TraceInput _input;
    private long _lineNumber;

    /// <summary>Begins an input.</summary>
    /// <param name="input">The input.</param>
    /// <param name="sink">Takes the pieces.</param>
    /// <param name="fixedLines">Whether most lines are of the fixed grammar of <see cref="FixedLineParser"/>.</param>
    protected TextTrace(TraceInput input, TraceSink sink, bool fixedLines = false)
    {
        _input = input;
        Sink = sink;
        FixedLineParser? parser = fixedLines && !input.Slow ? new FixedLineParser(sink.State.Tracepoints) : null;
        _blocks = new BlockFeed(new LineReader(input.Name, input.Bytes), parser, input.Threads > 1, input.BlockBytes);
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
        LineBlock block = _blocks.Next();
        if (block.HasMark && !_input.Facts.WasUtf16)
        {
            Sink.State.Context.Repair(RepairKind.Bom);
        }
        Lines(block);
        TakeTail(block);
        if (block.Failure is InputException refused)
        {
            throw refused;
        }
        if (block.Failure is not null)
        {
            Sink.Gap(-1, -1, "truncated_file", _lineNumber);
        }
        if (block.IsLast)
        {
            Finish();
            Sink.State.Context.Repair(RepairKind.Crlf, _input.Facts.LoneReturns);
            Sink.State.Context.Repair(RepairKind.Bom, _input.Facts.WasUtf16 ? 1 : 0);
        }
        return !block.IsLast;
    }

    /// <inheritdoc/>
    public virtual void Dispose() => _blocks.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Lines(LineBlock block)
    {
        ReadOnlySpan<byte> text = block.Buffer;
        ReadOnlySpan<int> ends = block.Ends;
        ReadOnlySpan<FixedRow> rows = block.Rows.Rows;
        for (int i = 0; i < ends.Length; i++)
        {
            if ((uint)i < (uint)rows.Length && rows[i].Form >= 0)
            {
                int taken = TakeFixed(block, i, _lineNumber + 1);
                _lineNumber += taken;
                i += taken;
                if (i == ends.Length)
                {
                    return;
                }
                // The line behind them: no fixed grammar fits it, or its values were refused.
            }
            int start = i == 0 ? block.Start : ends[i - 1] + 1;
            _lineNumber++;
            Whole(text[start..ends[i]], block, start);
        }
    }

    private void Whole(ReadOnlySpan<byte> line, LineBlock block, int start)
    {
        if (!line.IsEmpty && (block.HasNul || line.Length > LineReader.MaxLine || line[0] is (byte)'#' or Mark || line.Contains((byte)'\r')))
        {
            OddLine(line, block.Offset + start, false);
        }
        else
        {
            Slack = LineBlock.Slack / 2;
            Line(line, _lineNumber, block.Offset + start);
            Slack = 0;
        }
    }

    private void TakeTail(LineBlock block)
    {
        if (block.Tail == BlockTail.None)
        {
            return;
        }
        _lineNumber++;
        ReadOnlySpan<byte> line = block.Buffer.AsSpan(block.TailStart, block.TailLength);
        if (block.Tail == BlockTail.LongLine)
        {
            Sink.Quarantine(_lineNumber, block.Offset + block.TailStart, "line_too_long", line);
        }
        else
        {
            OddLine(line, block.Offset + block.TailStart, true);
        }
    }

    /// <summary>Takes lines that fixed grammars have read, one after the other.</summary>
    /// <param name="block">The block.</param>
    /// <param name="row">Row of the first of them.</param>
    /// <param name="number">1-based number of its line.</param>
    /// <returns>How many were taken; the line behind them must be read as text.</returns>
    protected virtual int TakeFixed(LineBlock block, int row, long number) => 0;

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
        if (line.Length > LineReader.MaxLine)
        {
            Sink.Quarantine(_lineNumber, offset, "line_too_long", line);
            return;
        }
        if (!line.IsEmpty && line[^1] == '\r')
        {
            line = line[..^1];
            Sink.State.Context.Repair(RepairKind.Crlf);
        }
        while (line.IndexOf((byte)'\r') is >= 0 and int lone)
        {
            // A carriage return alone ended a line somewhere else.
            Sink.State.Context.Repair(RepairKind.Crlf);
            OddPiece(line[..lone], offset, false);
            line = line[(lone + 1)..];
            offset += lone + 1;
        }
        OddPiece(line, offset, cut);
    }

    private void OddPiece(ReadOnlySpan<byte> line, long offset, bool cut)
    {
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
        if (line.StartsWith("\uFEFF"u8))
        {
            // Files that each began with one were put behind each other.
            Sink.State.Context.Repair(RepairKind.Bom);
            line = line[3..];
        }
        if (line.Contains((byte)0))
        {
            Sink.Quarantine(_lineNumber, offset, "nul_in_line", line);
        }
        else if (_input.Facts.DamagedMembers > 0 && line.SequenceEqual(MemberStream.Mark.Trim((byte)'\n')))
        {
            Sink.Gap(-1, -1, "truncated_file", _lineNumber);
        }
        else if (cut && !line.IsEmpty)
        {
            long quarantined = Sink.State.Quarantine.Total;
            CutLine(line, _lineNumber, offset);
            if (Sink.State.Quarantine.Total > quarantined)
            {
                Sink.State.Quarantine.RenameLast("malformed_event", "truncated_last_line");
            }
        }
        else
        {
            Line(line, _lineNumber, offset);
        }
    }
}
