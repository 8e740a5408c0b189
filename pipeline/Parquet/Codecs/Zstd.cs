using System.Runtime.InteropServices;

namespace SecondLook.Parquet.Codecs;

/// <summary>The few functions of <c>libzstd.so.1</c> that pages need.</summary>
/// <remarks>The versioned name, because the unversioned one exists only beside the development package.</remarks>
internal static unsafe partial class Zstd
{
    private const string Library = "libzstd.so.1";

    // Numbers of zstd.h: ZSTD_cParameter; the last is an experimental one that has kept number and meaning since 1.4.
    private const int CompressionLevel = 100;
    private const int HashLog = 102;
    private const int TargetLength = 106;
    private const int Strategy = 107;
    private const int LiteralMode = 1002;

    /// <summary>Whether the library is there.</summary>
    public static bool IsAvailable { get; } = Probe();

    /// <summary>The most bytes that compressing <paramref name="sourceLength"/> bytes can give.</summary>
    public static int CompressBound(int sourceLength) => checked((int)ZSTD_compressBound((nuint)sourceLength));

    /// <summary>Compresses one frame with a context that is used again and again.</summary>
    /// <returns>Bytes written.</returns>
    public static int Compress(ZstdContext context, ReadOnlySpan<byte> source, Span<byte> destination, int level)
    {
        nuint result;
        fixed (byte* from = source, to = destination)
        {
            result = ZSTD_compressCCtx(context, to, (nuint)destination.Length, from, (nuint)source.Length, level);
        }
        return ZSTD_isError(result) == 0
            ? (int)result
            : throw new InvalidOperationException($"Zstandard refused to compress {source.Length} bytes at level {level}.");
    }

    /// <summary>Makes a context code bytes by their frequencies alone: nothing is looked for that occurred before.</summary>
    /// <returns>False when the library does not do that.</returns>
    public static bool TrySetEntropyOnly(ZstdContext context)
    {
        // The fast strategy with a step longer than a page, and literals packed all the same, which the library leaves out by itself then.
        ReadOnlySpan<(int Parameter, int Value)> settings = [(CompressionLevel, 1), (HashLog, 6), (Strategy, 1), (TargetLength, 1 << 17), (LiteralMode, 1)];
        foreach ((int parameter, int value) in settings)
        {
            if (ZSTD_isError(ZSTD_CCtx_setParameter(context, parameter, value)) != 0)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Compresses one frame with what was set in the context.</summary>
    /// <returns>Bytes written.</returns>
    public static int Compress(ZstdContext context, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        nuint result;
        fixed (byte* from = source, to = destination)
        {
            result = ZSTD_compress2(context, to, (nuint)destination.Length, from, (nuint)source.Length);
        }
        return ZSTD_isError(result) == 0 ? (int)result : throw new InvalidOperationException($"Zstandard refused to compress {source.Length} bytes.");
    }

    /// <summary>Decompresses one frame.</summary>
    /// <returns>Bytes written, or -1 when the frame is damaged or longer than the destination.</returns>
    public static int Decompress(ZstdContext context, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        // An empty span pins to null, which the library takes for an empty buffer.
        fixed (byte* from = source, to = destination)
        {
            nuint result = ZSTD_decompressDCtx(context, to, (nuint)destination.Length, from, (nuint)source.Length);
            return ZSTD_isError(result) == 0 ? (int)result : -1;
        }
    }

    private static bool Probe()
    {
        try
        {
            return ZSTD_versionNumber() >= 10400;
        }
        catch (DllNotFoundException)
        {
            return false;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport(Library)]
    internal static partial nint ZSTD_createCCtx();

    [LibraryImport(Library)]
    internal static partial nint ZSTD_createDCtx();

    [LibraryImport(Library)]
    internal static partial nuint ZSTD_freeCCtx(nint context);

    [LibraryImport(Library)]
    internal static partial nuint ZSTD_freeDCtx(nint context);

    [LibraryImport(Library)]
    private static partial uint ZSTD_versionNumber();

    [LibraryImport(Library)]
    private static partial nuint ZSTD_compressBound(nuint sourceLength);

    [LibraryImport(Library)]
    private static partial uint ZSTD_isError(nuint code);

    [LibraryImport(Library)]
    private static partial nuint ZSTD_compressCCtx(ZstdContext context, byte* to, nuint room, byte* from, nuint length, int level);

    [LibraryImport(Library)]
    private static partial nuint ZSTD_CCtx_setParameter(ZstdContext context, int parameter, int value);

    [LibraryImport(Library)]
    private static partial nuint ZSTD_compress2(ZstdContext context, byte* to, nuint room, byte* from, nuint length);

    [LibraryImport(Library)]
    private static partial nuint ZSTD_decompressDCtx(ZstdContext context, byte* to, nuint room, byte* from, nuint length);
}
