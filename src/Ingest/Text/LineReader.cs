using System.IO.Pipelines;

namespace SecondLook.Ingest.Text;

/// <summary>Takes the lines that a <see cref="LineReader"/> finds.</summary>
internal interface ILineConsumer
{
    /// <summary>Takes whole lines.</summary>
    /// <param name="block">Lines, each ended by a newline.</param>
    /// <param name="offset">Offset of the block in the unpacked input.</param>
    void Lines(ReadOnlySpan<byte> block, long offset);

    /// <summary>Takes the last line of an input that does not end in a newline.</summary>
    void LastLine(ReadOnlySpan<byte> line, long offset);

    /// <summary>Takes the start of a line that is too long; the rest of it is skipped.</summary>
    void LongLine(ReadOnlySpan<byte> start, long offset);
}

/// <summary>Cuts a byte stream into blocks of whole lines. Only a line that straddles two buffers is copied.</summary>
internal sealed class LineReader
{
    /// <summary>Longest line that is read, bytes.</summary>
    public const int MaxLine = 1 << 16;

    private readonly PipeReader _pipe;
    private readonly byte[] _straddle = new byte[MaxLine + 1];
    private int _straddleLength;
    private long _straddleOffset;
    private long _offset;
    private bool _skipping;

    /// <summary>Reads from a pipe.</summary>
    public LineReader(PipeReader pipe) => _pipe = pipe;

    /// <summary>Bytes handed out so far.</summary>
    public long Offset => _offset;

    /// <summary>Reads what the pipe has at hand.</summary>
    /// <returns>False at the end of the input; the last line has been delivered then.</returns>
    /// <exception cref="IOException">The source failed; lines before that have been delivered.</exception>
    public bool ReadBlock(ILineConsumer consumer)
    {
        ReadResult result;
        if (!_pipe.TryRead(out result))
        {
            result = _pipe.ReadAsync().AsTask().GetAwaiter().GetResult();
        }
        foreach (ReadOnlyMemory<byte> segment in result.Buffer)
        {
            Take(segment.Span, consumer);
        }
        _pipe.AdvanceTo(result.Buffer.End);
        if (!result.IsCompleted)
        {
            return true;
        }
        Finish(consumer);
        return false;
    }

    /// <summary>Delivers what is left of a line after the source ended or failed.</summary>
    public void Finish(ILineConsumer consumer)
    {
        if (_straddleLength > 0)
        {
            int length = _straddleLength;
            _straddleLength = 0;
            consumer.LastLine(_straddle.AsSpan(0, length), _straddleOffset);
        }
    }

    /// <summary>Takes the next bytes of the input.</summary>
    internal void Take(ReadOnlySpan<byte> bytes, ILineConsumer consumer)
    {
        if (_skipping || _straddleLength > 0)
        {
            int newline = bytes.IndexOf((byte)'\n');
            bytes = Continue(bytes, newline, consumer);
        }
        int end = bytes.LastIndexOf((byte)'\n') + 1;
        if (end > 0)
        {
            long offset = _offset;
            _offset += end;
            consumer.Lines(bytes[..end], offset);
        }
        ReadOnlySpan<byte> rest = bytes[end..];
        if (rest.IsEmpty)
        {
            return;
        }
        _straddleOffset = _offset;
        _straddleLength = 0;
        Append(rest, consumer);
        _offset += rest.Length;
    }

    private ReadOnlySpan<byte> Continue(ReadOnlySpan<byte> bytes, int newline, ILineConsumer consumer)
    {
        ReadOnlySpan<byte> part = newline < 0 ? bytes : bytes[..(newline + 1)];
        _offset += part.Length;
        if (!_skipping)
        {
            Append(part, consumer);
        }
        if (newline >= 0)
        {
            if (!_skipping)
            {
                int length = _straddleLength;
                _straddleLength = 0;
                consumer.Lines(_straddle.AsSpan(0, length), _straddleOffset);
            }
            _skipping = false;
            _straddleLength = 0;
        }
        return bytes[part.Length..];
    }

    private void Append(ReadOnlySpan<byte> part, ILineConsumer consumer)
    {
        if (_straddleLength + part.Length > _straddle.Length)
        {
            part[..(_straddle.Length - _straddleLength)].CopyTo(_straddle.AsSpan(_straddleLength));
            _straddleLength = 0;
            _skipping = true;
            consumer.LongLine(_straddle, _straddleOffset);
            return;
        }
        part.CopyTo(_straddle.AsSpan(_straddleLength));
        _straddleLength += part.Length;
    }
}
