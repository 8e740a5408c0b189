using SecondLook.Contracts.Diagnostics;

namespace SecondLook.Ingest.Text;

/// <summary>Cuts a byte stream into blocks of whole lines. Only the line that straddles two blocks is copied.</summary>
/// <remarks>Blocks are filled to the brim, so that how a source cuts its bytes into reads changes nothing.</remarks>
/// <param name="name">Base name of the input, for messages.</param>
/// <param name="source">Unpacked bytes.</param>
internal sealed class LineReader(string name, Stream source)
{
    /// <summary>Longest line that is read, bytes.</summary>
    public const int MaxLine = 1 << 16;

    // An endless line (a bomb, a disk image) would otherwise be skipped for hours.
    private const long RefuseLineAfter = 64L << 20;
    private readonly byte[] _rest = new byte[MaxLine + 1];
    private int _restLength;
    private long _offset;
    private long _skipped;
    private bool _skipping;
    private bool _ended;
    private bool _begun;
    private Exception? _failure;

    /// <summary>Reads the next block.</summary>
    /// <param name="block">Filled; what it held before is forgotten.</param>
    public void Read(LineBlock block)
    {
        block.Reset(_offset);
        byte[] buffer = block.Buffer;
        _rest.AsSpan(0, _restLength).CopyTo(buffer);
        int length = Fill(block, _restLength);
        _restLength = 0;
        int start = 0;
        if (!_begun)
        {
            _begun = true;
            block.HasMark = buffer.AsSpan(0, length).StartsWith("\uFEFF"u8);
            start = block.HasMark ? 3 : 0;
        }
        if (_skipping)
        {
            start = Skip(buffer, start, length);
        }
        int end = start + buffer.AsSpan(start, length - start).LastIndexOf((byte)'\n') + 1;
        block.Start = start;
        block.End = end;
        _offset += length;
        Keep(block, end, length - end);
        block.FindLines();
        // Vectors that read over the end of the last line must not depend on blocks before.
        buffer.AsSpan(length, LineBlock.Slack).Clear();
        if (_ended && _restLength == 0)
        {
            block.IsLast = true;
            block.Failure = _failure;
        }
        else if (_skipped > RefuseLineAfter)
        {
            block.IsLast = true;
            block.Failure = new InputException("line_too_long", $"{name}: a line of more than {RefuseLineAfter >> 20} MiB is no trace text.");
        }
    }

    private int Fill(LineBlock block, int length)
    {
        try
        {
            while (!_ended && length < block.Capacity)
            {
                int read = source.Read(block.Buffer, length, block.Capacity - length);
                length += read;
                _ended |= read == 0;
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            // A cut or damaged archive: what was unpacked counts, and the loss is a fact.
            _ended = true;
            _failure = e;
        }
        return length;
    }

    private int Skip(byte[] buffer, int start, int length)
    {
        int newline = buffer.AsSpan(start, length - start).IndexOf((byte)'\n');
        _skipping = newline < 0 && !_ended;
        int stop = newline < 0 ? length : start + newline + 1;
        _skipped = newline < 0 ? _skipped + stop - start : 0;
        return stop;
    }

    // What is left behind the last newline goes on in the next block, ends the input, or is too long.
    private void Keep(LineBlock block, int at, int length)
    {
        if (length == 0)
        {
            return;
        }
        block.TailStart = at;
        block.TailLength = Math.Min(length, MaxLine + 1);
        if (length > MaxLine || length == block.Capacity)
        {
            block.Tail = BlockTail.LongLine;
            _skipping = !_ended;
            _skipped = length;
        }
        else if (_ended)
        {
            block.Tail = BlockTail.LastLine;
        }
        else
        {
            block.Buffer.AsSpan(at, length).CopyTo(_rest);
            _restLength = length;
            _offset -= length;
        }
    }
}
