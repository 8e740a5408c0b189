using System.IO.Compression;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Ingest.Inputs;

namespace SecondLook.Ingest.Formats.TraceDat;

/// <summary>Unpacks sections and chunks that were packed one by one.</summary>
/// <param name="input">Base name of the file, for messages.</param>
/// <param name="method">zlib or zstd.</param>
internal sealed class Unpacker(string input, string method)
{
    private const int FirstGuess = 1 << 20;

    /// <summary>Checks the method.</summary>
    /// <returns>Null when nothing is packed.</returns>
    /// <exception cref="InputException">The method is not known.</exception>
    public static Unpacker? Of(string input, string method) => method switch
    {
        "none" or "" => null,
        "zlib" or "zstd" => new Unpacker(input, method),
        _ => throw new InputException("compression_unknown", $"{input}: packed with {method}; known: none, zlib, zstd. Write it again with trace-cmd convert --compression none."),
    };

    /// <summary>Unpacks.</summary>
    /// <param name="packed">Packed bytes.</param>
    /// <param name="plainSize">Size that they are said to have.</param>
    /// <param name="length">Bytes got: fewer where the data is damaged.</param>
    public byte[] Unpack(byte[] packed, int plainSize, out int length)
    {
        // The announced size may be a lie: memory is taken as the data comes.
        byte[] plain = new byte[Math.Min(plainSize, FirstGuess)];
        length = 0;
        using MemoryStream source = new(packed, false);
        using Stream stream = method == "zlib" ? new ZLibStream(source, CompressionMode.Decompress) : new ZstdStream(input, source);
        try
        {
            while (length < plainSize)
            {
                if (length == plain.Length)
                {
                    Array.Resize(ref plain, (int)Math.Min(plainSize, plain.Length * 2L));
                }
                int read = stream.Read(plain, length, plain.Length - length);
                if (read == 0)
                {
                    break;
                }
                length += read;
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            // What came out before the damage is whole.
        }
        return plain;
    }
}
