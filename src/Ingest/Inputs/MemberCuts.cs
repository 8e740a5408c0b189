namespace SecondLook.Ingest.Inputs;

/// <summary>
/// Packed bytes, handed out so that no read reaches over the start of a next member: whoever unpacks them has never taken a byte of the member
/// behind the one that turns out to be damaged.
/// </summary>
/// <param name="packed">The packed bytes.</param>
/// <param name="first">First byte of every member.</param>
/// <param name="isStart">Whether a member may begin with the bytes given, <see cref="HeadBytes"/> of them.</param>
internal sealed class MemberCuts(Stream packed, byte first, MemberCuts.Start isStart) : ForwardStream
{
    /// <summary>Bytes that tell whether a member begins.</summary>
    public const int HeadBytes = 4;

    private readonly byte[] _buffer = new byte[1 << 16];
    private int _at;
    private int _end;
    private int _scannedTo;
    private int _next = -1;
    private bool _ended;

    /// <summary>Tells the start of a member by its first bytes.</summary>
    public delegate bool Start(ReadOnlySpan<byte> head);

    /// <summary>Goes to the next start of a member.</summary>
    /// <returns>False when there is none.</returns>
    public bool ToNextMember()
    {
        while (Fill())
        {
            int start = NextStart(0);
            _at = start < 0 ? Math.Max(_at, _ended ? _end : _end - HeadBytes + 1) : start;
            if (start >= 0)
            {
                return true;
            }
            if (_ended)
            {
                return false;
            }
        }
        return false;
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (!Fill() || buffer.IsEmpty)
        {
            return 0;
        }
        // The first byte may begin a member itself; the bytes that could be the start of one at the very end wait for those behind them.
        int next = NextStart(1);
        int stop = next >= 0 ? next : _ended ? _end : Math.Max(_at + 1, _end - HeadBytes + 1);
        int count = Math.Min(buffer.Length, stop - _at);
        _buffer.AsSpan(_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            packed.Dispose();
        }
        base.Dispose(disposing);
    }

    // The first start at or behind a place; what was searched once is not searched again.
    private int NextStart(int from)
    {
        if (_next >= _at + from)
        {
            return _next;
        }
        int at = Math.Max(_at + from, _scannedTo);
        for (; at + HeadBytes <= _end; at++)
        {
            int found = _buffer.AsSpan(at, _end - at).IndexOf(first);
            at = found < 0 ? _end : at + found;
            if (at + HeadBytes <= _end && isStart(_buffer.AsSpan(at, HeadBytes)))
            {
                _scannedTo = at + 1;
                return _next = at;
            }
        }
        _scannedTo = Math.Max(_scannedTo, _end - HeadBytes + 1);
        _next = -1;
        return -1;
    }

    // Makes sure that a start at the first byte can be told, while there are bytes.
    private bool Fill()
    {
        if (_end - _at >= HeadBytes * 2 || _ended)
        {
            return _at < _end;
        }
        _buffer.AsSpan(_at, _end - _at).CopyTo(_buffer);
        _end -= _at;
        _scannedTo = Math.Max(0, _scannedTo - _at);
        _next = _next >= _at ? _next - _at : -1;
        _at = 0;
        while (!_ended && _end < _buffer.Length)
        {
            int read = packed.Read(_buffer, _end, _buffer.Length - _end);
            _ended = read == 0;
            _end += read;
            if (_end >= HeadBytes * 2)
            {
                break;
            }
        }
        return _at < _end;
    }
}
