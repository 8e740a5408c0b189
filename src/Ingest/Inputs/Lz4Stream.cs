using System.Runtime.InteropServices;

namespace SecondLook.Ingest.Inputs;

/// <summary>Unpacks lz4 frames with the system's liblz4; the older form without frames is none of them.</summary>
internal sealed unsafe class Lz4Stream : LibraryStream
{
    private nint _context;

    /// <summary>Opens a packed stream.</summary>
    /// <exception cref="DllNotFoundException">There is no liblz4.</exception>
    public Lz4Stream(string name, Stream packed, bool leaveOpen = false)
        : base(name, "lz4", packed, leaveOpen)
    {
        nint context = 0;
        if (LibLz4.IsError(LibLz4.Create(&context, LibLz4.Version)) != 0)
        {
            throw new InsufficientMemoryException("liblz4 has no memory.");
        }
        _context = context;
    }

    /// <inheritdoc/>
    protected override int Step(ReadOnlySpan<byte> input, Span<byte> output, out int consumed)
    {
        consumed = 0;
        if (_context == 0)
        {
            throw Damaged("it was damaged before");
        }
        fixed (byte* source = input, target = output)
        {
            nuint from = (nuint)input.Length;
            nuint to = (nuint)output.Length;
            nuint hint = LibLz4.Unpack(_context, target, &to, source, &from, null);
            if (LibLz4.IsError(hint) != 0)
            {
                // The library begins anew after an error, in the middle of the damage.
                Free();
                throw Damaged(Marshal.PtrToStringUTF8(LibLz4.ErrorName(hint)) ?? "no name");
            }
            consumed = (int)from;
            if (from > 0 || to > 0)
            {
                IsInside = hint != 0;
            }
            return (int)to;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Free();
        base.Dispose(disposing);
    }

    private void Free()
    {
        if (_context != 0)
        {
            _ = LibLz4.Free(_context);
            _context = 0;
        }
    }
}
