using System.Runtime.InteropServices;

namespace SecondLook.Parquet.Codecs;

/// <summary>The few functions of <c>libzstd.so.1</c> that pages need.</summary>
/// <remarks>The versioned name, because the unversioned one exists only beside the development package.</remarks>
internal static unsafe partial class Zstd
{
    private const string Library = "libzstd.so.1";

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
    private static partial nuint ZSTD_decompressDCtx(ZstdContext context, byte* to, nuint room, byte* from, nuint length);
}
