using System.IO.Compression;
using SecondLook.Parquet.Format;

namespace SecondLook.Parquet.Codecs;

/// <summary>Decompresses the pages of one reader, whatever the codec, into buffers whose length was checked before.</summary>
internal sealed class PageDecompressor : IDisposable
{
    /// <summary>The longest page that is read. A page of ours has 64 Ki rows; other writers stay far below, too.</summary>
    public const int MaxPageBytes = 1 << 28;

    private ZstdContext? _zstd;

    /// <summary>
    /// The longest result that so many compressed bytes can have: a page that claims more is damaged, and no memory is spent on it.
    /// </summary>
    public static long MaxLength(CodecNumber codec, int compressed) => Math.Min(MaxPageBytes, codec switch
    {
        CodecNumber.Uncompressed => compressed,
        CodecNumber.Snappy => 32L * compressed,
        CodecNumber.Gzip => 1100L * compressed,
        // A block of four bytes repeats a byte up to 128 Ki times.
        CodecNumber.Zstd => 65536L * compressed,
        _ => MaxPageBytes,
    });

    /// <summary>Whether files with this codec can be read here.</summary>
    public static string? Problem(CodecNumber codec) => codec switch
    {
        CodecNumber.Uncompressed or CodecNumber.Snappy or CodecNumber.Gzip or CodecNumber.Brotli => null,
        CodecNumber.Zstd => Zstd.IsAvailable ? null : "codec zstd, but libzstd.so.1 was not found (Debian: libzstd1)",
        _ => $"codec {(int)codec} ({codec}), expected none, snappy, gzip, brotli or zstd",
    };

    /// <summary>Fills <paramref name="destination"/>, whose length is the one that the page header claims.</summary>
    /// <returns>False when the bytes are damaged or have another length.</returns>
    public bool TryDecompress(CodecNumber codec, byte[] bytes, int start, int count, Span<byte> destination)
    {
        ReadOnlySpan<byte> source = bytes.AsSpan(start, count);
        switch (codec)
        {
            case CodecNumber.Zstd:
                _zstd ??= new ZstdContext(compresses: false);
                return Zstd.Decompress(_zstd, source, destination) == destination.Length;
            case CodecNumber.Snappy:
                return Snappy.TryDecompress(source, destination);
            case CodecNumber.Brotli:
                return BrotliDecoder.TryDecompress(source, destination, out int written) && written == destination.Length;
            case CodecNumber.Gzip:
                return TryGunzip(bytes, start, count, destination);
            default:
                if (count != destination.Length)
                {
                    return false;
                }
                source.CopyTo(destination);
                return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _zstd?.Dispose();

    private static bool TryGunzip(byte[] bytes, int start, int count, Span<byte> destination)
    {
        try
        {
            using var source = new MemoryStream(bytes, start, count, writable: false);
            using var gzip = new GZipStream(source, CompressionMode.Decompress);
            return gzip.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false) == destination.Length
                && gzip.ReadByte() < 0;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
