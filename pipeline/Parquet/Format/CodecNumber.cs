namespace SecondLook.Parquet.Format;

/// <summary>Codecs as column metadata number them.</summary>
internal enum CodecNumber
{
    Uncompressed = 0,
    Snappy = 1,
    Gzip = 2,
    Lzo = 3,
    Brotli = 4,
    Lz4 = 5,
    Zstd = 6,
    Lz4Raw = 7,
}
