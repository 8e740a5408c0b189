namespace SecondLook.Parquet;

/// <summary>Codecs that the writer offers. The reader also knows snappy and gzip.</summary>
public enum ParquetCodec
{
    /// <summary>No compression.</summary>
    None,

    /// <summary>Zstandard through the system's <c>libzstd.so.1</c>; ask <see cref="ParquetCodecs.ZstdAvailable"/> first.</summary>
    Zstd,

    /// <summary>Brotli; part of .NET, so it is there on every machine.</summary>
    Brotli,
}
