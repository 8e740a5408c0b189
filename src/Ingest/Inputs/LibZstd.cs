using System.Runtime.InteropServices;

namespace SecondLook.Ingest.Inputs;

/// <summary>What is called of libzstd to unpack streams.</summary>
internal static unsafe partial class LibZstd
{
    /// <summary>Some bytes, and how many of them are done with (ZSTD_inBuffer, ZSTD_outBuffer).</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Window
    {
        public byte* Bytes;
        public nuint Size;
        public nuint Position;
    }

    [LibraryImport("libzstd.so.1", EntryPoint = "ZSTD_createDCtx")]
    public static partial nint CreateDecompressor();

    [LibraryImport("libzstd.so.1", EntryPoint = "ZSTD_freeDCtx")]
    public static partial nuint FreeDecompressor(nint context);

    [LibraryImport("libzstd.so.1", EntryPoint = "ZSTD_DCtx_setParameter")]
    public static partial nuint SetParameter(nint context, int parameter, int value);

    [LibraryImport("libzstd.so.1", EntryPoint = "ZSTD_decompressStream")]
    public static partial nuint Decompress(nint context, Window* output, Window* input);

    [LibraryImport("libzstd.so.1", EntryPoint = "ZSTD_isError")]
    public static partial uint IsError(nuint code);

    [LibraryImport("libzstd.so.1", EntryPoint = "ZSTD_getErrorName")]
    public static partial nint ErrorName(nuint code);
}
