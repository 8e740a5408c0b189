using SecondLook.Contracts.Diagnostics;

namespace SecondLook.Ingest.Inputs;

/// <summary>Recognises compressed streams by their first bytes, whatever the file is called, and unpacks them.</summary>
internal static class Compression
{
    private const int MaxLayers = 3;

    // The older form of lz4 begins otherwise, and the library's frames do not know it.
    private const byte Lz4FrameMagic = 0x04;

    // What follows the level of bzip2: a block, or the end where nothing was packed.
    private const byte BlockMagic = 0x31;
    private const byte EndMagic = 0x17;

    /// <summary>Puts as many unpackers on a stream as its bytes ask for.</summary>
    /// <param name="name">Base name, for messages.</param>
    /// <param name="stream">Stored bytes.</param>
    /// <param name="facts">Takes the count of damaged members.</param>
    /// <param name="outer">Name of the outermost compression, <c>none</c> without.</param>
    /// <exception cref="InputException">Nested too deep, or no library for it.</exception>
    public static PeekStream Unpack(string name, PeekStream stream, InputFacts facts, out string outer)
    {
        outer = "none";
        for (int layer = 0; ; layer++)
        {
            string kind = KindOf(stream.Peek(8));
            if (kind == "none")
            {
                return stream;
            }
            if (layer == MaxLayers)
            {
                throw new InputException("nested_compression", $"{name}: packed more than {MaxLayers} times; unpack it first.");
            }
            if (layer == 0)
            {
                outer = kind;
            }
            stream = new PeekStream(Open(name, kind, stream, facts));
        }
    }

    /// <summary>Name of the compression that the first bytes announce.</summary>
    public static string KindOf(ReadOnlySpan<byte> head) =>
        head.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]) ? "gzip"
        : head.StartsWith((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd]) ? "zstd"
        : head.Length >= 4 && (head[0] & 0xf0) == 0x50 && head[1] == 0x2a && head[2] == 0x4d && head[3] == 0x18 ? "zstd"
        : head.StartsWith((ReadOnlySpan<byte>)[0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]) ? "xz"
        : head.StartsWith((ReadOnlySpan<byte>)[0x04, 0x22, 0x4d, 0x18]) ? "lz4"
        : head.StartsWith((ReadOnlySpan<byte>)[0x02, 0x21, 0x4c, 0x18]) ? "lz4"
        : head.StartsWith("BZh"u8) && head.Length > 4 && head[4] is BlockMagic or EndMagic ? "bzip2"
        : "none";

    private static Stream Open(string name, string kind, PeekStream packed, InputFacts facts)
    {
        try
        {
            switch (kind)
            {
                case "gzip":
                    return MemberStream.Gzip(packed, facts);
                case "zstd":
                    return MemberStream.Zstd(name, packed, facts);
                case "xz":
                    return MemberStream.Xz(name, packed, facts);
                case "bzip2":
                    return MemberStream.Bzip2(name, packed, facts);
                case "lz4" when packed.Peek(1)[0] == Lz4FrameMagic:
                    return MemberStream.Lz4(name, packed, facts);
            }
        }
        catch (DllNotFoundException)
        {
            // Nothing has been read yet: the tool does as well, only without going on behind damage.
        }
        return ToolStream.Open(name, kind, packed);
    }
}
