namespace SecondLook.Ingest.Inputs;

/// <summary>A stream whose first bytes can be looked at before they are read.</summary>
internal sealed class PeekStream(Stream inner) : ForwardStream
{
    private byte[] _head = [];
    private int _at;
    private int _end;

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
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }
        base.Dispose(disposing);
    }
}
