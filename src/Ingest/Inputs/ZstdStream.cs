using System.Runtime.InteropServices;
using SecondLook.Contracts.Diagnostics;

namespace SecondLook.Ingest.Inputs;

/// <summary>Unpacks zstd frames, one after the other, with the system's libzstd.</summary>
internal sealed unsafe class ZstdStream : ForwardStream
{
    private const int PackedBuffer = 1 << 17;
    // Frames that want more than 128 MiB of window are refused by the library itself.
    private const int WindowLogMax = 27;
    private const int ParameterWindowLogMax = 100;
    private readonly Stream _packed;
    private readonly string _name;
    private readonly byte[] _input = new byte[PackedBuffer];
    private readonly bool _leaveOpen;
    private nint _context;
    private int _at;
    private int _end;
    private bool _frameOpen;
    private bool _packedEnded;

    /// <summary>Opens a packed stream.</summary>
    /// <exception cref="InputException">There is no libzstd.</exception>
    public ZstdStream(string name, Stream packed, bool leaveOpen = false)
    {
        _name = name;
        _packed = packed;
        _leaveOpen = leaveOpen;
        try
        {
            _context = LibZstd.CreateDecompressor();
            _ = LibZstd.SetParameter(_context, ParameterWindowLogMax, WindowLogMax);
        }
        catch (DllNotFoundException)
        {
            throw new InputException("zstd_unavailable", $"{name}: packed with zstd, and libzstd.so.1 (Debian package libzstd1) is not there. Unpack it with zstd -d.");
        }
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (_at == _end && !_packedEnded)
            {
                _at = 0;
                _end = _packed.Read(_input, 0, _input.Length);
                _packedEnded = _end == 0;
            }
            int produced = Step(buffer);
            if (produced > 0)
            {
                return produced;
            }
            if (_packedEnded && _at == _end)
            {
                return _frameOpen ? throw new InvalidDataException($"{_name}: the zstd data ends in the middle of a frame.") : 0;
            }
        }
        return 0;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_context != 0)
        {
            _ = LibZstd.FreeDecompressor(_context);
            _context = 0;
        }
        if (disposing && !_leaveOpen)
        {
            _packed.Dispose();
        }
        base.Dispose(disposing);
    }

    private int Step(Span<byte> buffer)
    {
        fixed (byte* input = _input, output = buffer)
        {
            LibZstd.Window from = new() { Bytes = input, Size = (nuint)_end, Position = (nuint)_at };
            LibZstd.Window to = new() { Bytes = output, Size = (nuint)buffer.Length, Position = 0 };
            nuint hint = LibZstd.Decompress(_context, &to, &from);
            if (LibZstd.IsError(hint) != 0)
            {
                throw new InvalidDataException($"{_name}: damaged zstd data ({Marshal.PtrToStringUTF8(LibZstd.ErrorName(hint))}).");
            }
            bool moved = (int)from.Position > _at || to.Position > 0;
            _at = (int)from.Position;
            if (moved)
            {
                _frameOpen = hint != 0;
            }
            return (int)to.Position;
        }
    }
}
