using System.Buffers.Binary;
using System.IO.Compression;
using SecondLook.Replay.Reference;

namespace SecondLook.Replay.Tests.Reference;

/// <summary>Lists of the cache oracle.</summary>
internal static class PackedList
{
    /// <summary>Reads a gzip of 32-bit little-endian page numbers.</summary>
    public static PageList Read(string path)
    {
        using GZipStream stream = new(File.OpenRead(path), CompressionMode.Decompress);
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        ReadOnlySpan<byte> packed = bytes.GetBuffer().AsSpan(0, (int)bytes.Length);
        ulong[] pages = new ulong[packed.Length / sizeof(uint)];
        for (int i = 0; i < pages.Length; i++)
        {
            pages[i] = BinaryPrimitives.ReadUInt32LittleEndian(packed[(i * sizeof(uint))..]);
        }
        return PageList.Of(pages);
    }
}
