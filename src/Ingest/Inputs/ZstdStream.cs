using System.Runtime.InteropServices;
using SecondLook.Contracts.Diagnostics;

namespace SecondLook.Ingest.Inputs;

/// <summary>Unpacks zstd frames with the system's libzstd.</summary>
internal sealed unsafe class ZstdStream : LibraryStream
{
    // Frames that want more than 128 MiB of window are refused by the library itself.
    private const int WindowLogMax = 27;
    private const int ParameterWindowLogMax = 100;
    private nint _context;

    /// <summary>Opens a packed stream.</summary>
    /// <exception cref="InputException">There is no libzstd.</exception>
    public ZstdStream(string name, Stream packed, bool leaveOpen = false)
        : base(name, "zstd", packed, leaveOpen)
    {
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
    protected override int Step(ReadOnlySpan<byte> input, Span<byte> output, out int consumed)
    {
        fixed (byte* source = input, target = output)
        {
            LibZstd.Window from = new() { Bytes = source, Size = (nuint)input.Length, Position = 0 };
            LibZstd.Window to = new() { Bytes = target, Size = (nuint)output.Length, Position = 0 };
            nuint hint = LibZstd.Decompress(_context, &to, &from);
            if (LibZstd.IsError(hint) != 0)
            {
                throw Damaged(Marshal.PtrToStringUTF8(LibZstd.ErrorName(hint)) ?? "no name");
            }
            consumed = (int)from.Position;
            if (consumed > 0 || to.Position > 0)
            {
                IsInside = hint != 0;
            }
            return (int)to.Position;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_context != 0)
        {
            _ = LibZstd.FreeDecompressor(_context);
            _context = 0;
        }
        base.Dispose(disposing);
    }
}
