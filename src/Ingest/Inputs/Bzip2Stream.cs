using System.Runtime.InteropServices;

namespace SecondLook.Ingest.Inputs;

/// <summary>Unpacks bzip2 streams with the system's libbz2.</summary>
/// <remarks>
/// A block is handed on when its checksum has been found right: what a damaged block gives is shuffled text, some lines of which would pass for
/// events. The library tells the end of a block by asking for more when it has room for output and nothing to read.
/// </remarks>
internal sealed unsafe class Bzip2Stream : LibraryStream
{
    private const int FirstBlock = 1 << 20;
    private readonly LibBzip2.State* _state;
    // At most 46 MB: runs of 255 bytes in a block of 900 kB.
    private byte[] _block = new byte[FirstBlock];
    private int _at;
    private int _end;
    private bool _begun;
    private bool _disposed;

    /// <summary>Opens a packed stream.</summary>
    /// <exception cref="DllNotFoundException">There is no libbz2.</exception>
    public Bzip2Stream(string name, Stream packed, bool leaveOpen = false)
        : base(name, "bzip2", packed, leaveOpen)
    {
        LibBzip2.State probe = default;
        _ = LibBzip2.End(&probe);
        _state = (LibBzip2.State*)NativeMemory.AllocZeroed((nuint)sizeof(LibBzip2.State));
    }

    /// <inheritdoc/>
    protected override int Step(ReadOnlySpan<byte> input, Span<byte> output, out int consumed)
    {
        consumed = 0;
        if (_at == _end && !TakeBlock(input, out consumed))
        {
            return 0;
        }
        int count = Math.Min(output.Length, _end - _at);
        _block.AsSpan(_at, count).CopyTo(output);
        _at += count;
        return count;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (!_disposed)
        {
            _disposed = true;
            End();
            NativeMemory.Free(_state);
        }
        base.Dispose(disposing);
    }

    // Whether a block is whole now.
    private bool TakeBlock(ReadOnlySpan<byte> input, out int consumed)
    {
        consumed = 0;
        _at = _end = 0;
        if (!IsInside)
        {
            if (input.IsEmpty)
            {
                return false;
            }
            End();
            if (LibBzip2.Begin(_state, 0, 0) != LibBzip2.Ok)
            {
                throw new InsufficientMemoryException("libbz2 has no memory.");
            }
            _begun = true;
            IsInside = true;
        }
        consumed = input.Length - Unpack(input, default);
        while (IsInside)
        {
            _ = Unpack(default, _block.AsSpan(_end));
            _end = _block.Length - (int)_state->AvailableOut;
            if (_end < _block.Length)
            {
                return _end > 0;
            }
            Array.Resize(ref _block, _block.Length * 2);
        }
        return false;
    }

    // Bytes of the input that are left; what is left of the output is in the state.
    private int Unpack(ReadOnlySpan<byte> input, Span<byte> output)
    {
        fixed (byte* source = input, target = output)
        {
            _state->NextIn = source;
            _state->AvailableIn = (uint)input.Length;
            _state->NextOut = target;
            _state->AvailableOut = (uint)output.Length;
            int answer = LibBzip2.Unpack(_state);
            IsInside = answer != LibBzip2.StreamEnd;
            if (answer is not (LibBzip2.Ok or LibBzip2.StreamEnd))
            {
                _at = _end = 0;
                throw Damaged($"libbz2 says {answer}");
            }
            return (int)_state->AvailableIn;
        }
    }

    private void End()
    {
        if (_begun)
        {
            _begun = false;
            _ = LibBzip2.End(_state);
        }
    }
}
