using System.Runtime.InteropServices;

namespace SecondLook.Ingest.Inputs;

/// <summary>What is called of liblz4 to unpack frames.</summary>
internal static unsafe partial class LibLz4
{
    /// <summary>Version of the interface that is meant (LZ4F_VERSION).</summary>
    public const uint Version = 100;

    [LibraryImport("liblz4.so.1", EntryPoint = "LZ4F_createDecompressionContext")]
    public static partial nuint Create(nint* context, uint version);

    [LibraryImport("liblz4.so.1", EntryPoint = "LZ4F_freeDecompressionContext")]
    public static partial nuint Free(nint context);

    [LibraryImport("liblz4.so.1", EntryPoint = "LZ4F_decompress")]
    public static partial nuint Unpack(nint context, byte* output, nuint* outputSize, byte* input, nuint* inputSize, void* options);

    [LibraryImport("liblz4.so.1", EntryPoint = "LZ4F_isError")]
    public static partial uint IsError(nuint code);

    [LibraryImport("liblz4.so.1", EntryPoint = "LZ4F_getErrorName")]
    public static partial nint ErrorName(nuint code);
}
