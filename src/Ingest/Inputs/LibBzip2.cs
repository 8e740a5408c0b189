using System.Runtime.InteropServices;

namespace SecondLook.Ingest.Inputs;

/// <summary>What is called of libbz2.</summary>
internal static unsafe partial class LibBzip2
{
    /// <summary>Answers that are no errors: some progress, the end of a stream.</summary>
    public const int Ok = 0, StreamEnd = 4;

    /// <summary>State of an unpacker (bz_stream); the library keeps its address.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct State
    {
        public byte* NextIn;
        public uint AvailableIn;
        public uint TotalInLow;
        public uint TotalInHigh;
        public byte* NextOut;
        public uint AvailableOut;
        public uint TotalOutLow;
        public uint TotalOutHigh;
        public nint Internal;
        public nint Allocate;
        public nint Free;
        public nint Opaque;
    }

    [LibraryImport("libbz2.so.1.0", EntryPoint = "BZ2_bzDecompressInit")]
    public static partial int Begin(State* state, int verbosity, int small);

    [LibraryImport("libbz2.so.1.0", EntryPoint = "BZ2_bzDecompress")]
    public static partial int Unpack(State* state);

    [LibraryImport("libbz2.so.1.0", EntryPoint = "BZ2_bzDecompressEnd")]
    public static partial int End(State* state);
}
