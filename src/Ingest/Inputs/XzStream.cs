using System.Runtime.InteropServices;

namespace SecondLook.Ingest.Inputs;

/// <summary>Unpacks xz streams with the system's liblzma.</summary>
internal sealed unsafe class XzStream : LibraryStream
{
    /// <summary>Memory that a stream may ask for, bytes; the largest preset of xz takes 65 MiB.</summary>
    public const ulong MostMemory = 128UL << 20;

    private readonly LibLzma.State* _state;
    private bool _disposed;

    /// <summary>Opens a packed stream.</summary>
    /// <exception cref="DllNotFoundException">There is no liblzma.</exception>
    public XzStream(string name, Stream packed, bool leaveOpen = false)
        : base(name, "xz", packed, leaveOpen)
    {
        LibLzma.State probe = default;
        LibLzma.End(&probe);
        _state = (LibLzma.State*)NativeMemory.AllocZeroed((nuint)sizeof(LibLzma.State));
    }

    /// <inheritdoc/>
    protected override int Step(ReadOnlySpan<byte> input, Span<byte> output, out int consumed)
    {
        consumed = 0;
        if (!IsInside)
        {
            // Between streams there may be zero bytes, to fill a block.
            int padding = input.IndexOfAnyExcept((byte)0);
            consumed = padding < 0 ? input.Length : padding;
            if (padding < 0)
            {
                return 0;
            }
            if (LibLzma.Begin(_state, MostMemory, 0) != LibLzma.Ok)
            {
                throw new InsufficientMemoryException("liblzma has no memory.");
            }
            IsInside = true;
        }
        int skipped = consumed;
        fixed (byte* source = input, target = output)
        {
            _state->NextIn = source + skipped;
            _state->AvailableIn = (nuint)(input.Length - skipped);
            _state->NextOut = target;
            _state->AvailableOut = (nuint)output.Length;
            int answer = LibLzma.Code(_state, LibLzma.Run);
            consumed = input.Length - (int)_state->AvailableIn;
            int produced = output.Length - (int)_state->AvailableOut;
            switch (answer)
            {
                case LibLzma.StreamEnd:
                    IsInside = false;
                    return produced;
                case LibLzma.Ok or LibLzma.NoProgress:
                    return produced;
                case LibLzma.MemoryLimit:
                    throw Damaged($"it wants more than {MostMemory >> 20} MiB of memory");
                default:
                    // What came out before the damage counts; the library says so again.
                    return produced > 0 ? produced : throw Damaged($"liblzma says {answer}");
            }
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (!_disposed)
        {
            _disposed = true;
            LibLzma.End(_state);
            NativeMemory.Free(_state);
        }
        base.Dispose(disposing);
    }
}
