using System.IO.Compression;
using SecondLook.Parquet.Encodings;
using SecondLook.Parquet.Format;

namespace SecondLook.Parquet.Codecs;

/// <summary>Compresses pages with the codec of one writer.</summary>
internal sealed class PageCompressor : IDisposable
{
    private const int BrotliWindowBits = 22;
    private readonly ParquetCodec _codec;
    private readonly int _level;
    private readonly ZstdContext? _zstd;
    private readonly ZstdContext? _entropy;

    /// <summary>Prepares the codec.</summary>
    /// <exception cref="ParquetException">The codec is not there.</exception>
    public PageCompressor(ParquetCodec codec, int level)
    {
        _codec = codec;
        _level = level;
        if (codec == ParquetCodec.Zstd)
        {
            if (!Zstd.IsAvailable)
            {
                throw new ParquetException("Codec zstd: libzstd.so.1 was not found; install it (Debian: libzstd1) or use brotli or none.");
            }
            _zstd = new ZstdContext(compresses: true);
            if (level <= 1)
            {
                // Who asks for a higher level wants small files.
                _entropy = new ZstdContext(compresses: true);
                HasEntropyCoder = Zstd.TrySetEntropyOnly(_entropy);
            }
        }
    }

    /// <summary>The codec's number in column metadata.</summary>
    public CodecNumber Number => _codec switch
    {
        ParquetCodec.Zstd => CodecNumber.Zstd,
        ParquetCodec.Brotli => CodecNumber.Brotli,
        _ => CodecNumber.Uncompressed,
    };

    /// <summary>Whether <see cref="CompressByEntropy"/> works.</summary>
    public bool HasEntropyCoder { get; }

    /// <summary>Replaces the content of <paramref name="destination"/> by the source, coded by the frequencies of its bytes alone.</summary>
    public void CompressByEntropy(ReadOnlySpan<byte> source, ByteBuffer destination)
    {
        destination.Clear();
        Span<byte> room = destination.Reserve(Zstd.CompressBound(source.Length));
        destination.Commit(Zstd.Compress(_entropy!, source, room));
    }

    /// <summary>Replaces the content of <paramref name="destination"/> by the compressed source.</summary>
    public void Compress(ReadOnlySpan<byte> source, ByteBuffer destination)
    {
        destination.Clear();
        if (_zstd is not null)
        {
            Span<byte> room = destination.Reserve(Zstd.CompressBound(source.Length));
            destination.Commit(Zstd.Compress(_zstd, source, room, _level));
            return;
        }
        Span<byte> brotliRoom = destination.Reserve(BrotliEncoder.GetMaxCompressedLength(source.Length));
        if (!BrotliEncoder.TryCompress(source, brotliRoom, out int written, _level, BrotliWindowBits))
        {
            throw new InvalidOperationException($"Brotli refused to compress {source.Length} bytes.");
        }
        destination.Commit(written);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _zstd?.Dispose();
        _entropy?.Dispose();
    }
}
