namespace SecondLook.Ingest.Inputs;

/// <summary>A stream whose first bytes can be looked at before they are read.</summary>
internal sealed class PeekStream(Stream inner) : Stream
{
    private byte[] _head = [];
    private int _at;
    private int _end;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The first bytes, fewer than asked for only at the end of the stream or where it is damaged.</summary>
    public ReadOnlySpan<byte> Peek(int count)
    {
        if (_end - _at < count)
        {
            byte[] head = new byte[count];
            _head.AsSpan(_at, _end - _at).CopyTo(head);
            _end -= _at;
            _at = 0;
            _head = head;
            try
            {
                while (_end < count)
                {
                    int read = inner.Read(head, _end, count - _end);
                    if (read == 0)
                    {
                        break;
                    }
                    _end += read;
                }
            }
            catch (Exception e) when (e is IOException or InvalidDataException)
            {
                // The reader meets the damage again at the same place and reports it there.
            }
        }
        return _head.AsSpan(_at, Math.Min(count, _end - _at));
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_at < _end)
        {
            int count = Math.Min(buffer.Length, _end - _at);
            _head.AsSpan(_at, count).CopyTo(buffer);
            _at += count;
            return count;
        }
        return inner.Read(buffer);
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }
        base.Dispose(disposing);
    }
}
