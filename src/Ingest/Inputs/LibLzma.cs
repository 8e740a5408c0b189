using System.Runtime.InteropServices;

namespace SecondLook.Ingest.Inputs;

/// <summary>What is called of liblzma to unpack xz streams.</summary>
internal static unsafe partial class LibLzma
{
    /// <summary>Going on is all that is asked of the library (LZMA_RUN).</summary>
    public const int Run = 0;

    /// <summary>Answers that are no errors: some progress, the end of a stream, no room or no bytes for progress.</summary>
    public const int Ok = 0, StreamEnd = 1, NoProgress = 10;

    /// <summary>A stream that wants more memory than it may have.</summary>
    public const int MemoryLimit = 6;

    /// <summary>State of an unpacker (lzma_stream).</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct State
    {
        public byte* NextIn;
        public nuint AvailableIn;
        public ulong TotalIn;
        public byte* NextOut;
        public nuint AvailableOut;
        public ulong TotalOut;
        public nint Allocator;
        public nint Internal;
        public fixed ulong Reserved[9];
    }

    [LibraryImport("liblzma.so.5", EntryPoint = "lzma_stream_decoder")]
    public static partial int Begin(State* state, ulong memoryLimit, uint flags);

    [LibraryImport("liblzma.so.5", EntryPoint = "lzma_code")]
    public static partial int Code(State* state, int action);

    [LibraryImport("liblzma.so.5", EntryPoint = "lzma_end")]
    public static partial void End(State* state);
}
