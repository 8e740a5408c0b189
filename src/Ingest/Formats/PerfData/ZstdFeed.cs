using SecondLook.Contracts.Diagnostics;
using SecondLook.Ingest.Inputs;

namespace SecondLook.Ingest.Formats.PerfData;

/// <summary>Unpacks a zstd stream that comes in pieces, each flushed: what perf writes into its compressed records.</summary>
internal sealed unsafe class ZstdFeed : IDisposable
{
    private const int WindowLogMax = 27;
    private const int ParameterWindowLogMax = 100;
    private nint _context;

    /// <summary>Begins a stream.</summary>
    /// <param name="input">Base name of the file, for messages.</param>
    /// <exception cref="InputException">There is no libzstd.</exception>
    public ZstdFeed(string input)
    {
        try
        {
            _context = LibZstd.CreateDecompressor();
            _ = LibZstd.SetParameter(_context, ParameterWindowLogMax, WindowLogMax);
        }
        catch (DllNotFoundException)
        {
            throw new InputException("zstd_unavailable", $"{input}: holds records packed with zstd, and libzstd.so.1 (Debian package libzstd1) is not there. Record without -z.");
        }
    }

    /// <summary>Unpacks a piece.</summary>
    /// <param name="packed">The piece.</param>
    /// <param name="plain">Where to; grown as needed.</param>
    /// <param name="length">Bytes in it; raised.</param>
    /// <param name="limit">Most bytes in it.</param>
    /// <returns>False when the data is damaged or the limit is reached.</returns>
    public bool TryFeed(ReadOnlySpan<byte> packed, ref byte[] plain, ref int length, int limit)
    {
        int at = 0;
        while (true)
        {
            if (plain.Length - length < 1 << 16)
            {
                if (length >= limit)
                {
                    return false;
                }
                Array.Resize(ref plain, Math.Max(plain.Length * 2, 1 << 18));
            }
            fixed (byte* input = packed, output = plain)
            {
                LibZstd.Window from = new() { Bytes = input, Size = (nuint)packed.Length, Position = (nuint)at };
                LibZstd.Window to = new() { Bytes = output, Size = (nuint)plain.Length, Position = (nuint)length };
                if (LibZstd.IsError(LibZstd.Decompress(_context, &to, &from)) != 0)
                {
                    return false;
                }
                bool full = to.Position == to.Size;
                bool moved = (int)from.Position > at || (int)to.Position > length;
                at = (int)from.Position;
                length = (int)to.Position;
                if (!full && (at == packed.Length || !moved))
                {
                    return at == packed.Length;
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_context != 0)
        {
            _ = LibZstd.FreeDecompressor(_context);
            _context = 0;
        }
    }
}
