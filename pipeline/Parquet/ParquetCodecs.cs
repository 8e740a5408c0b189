using SecondLook.Parquet.Codecs;

namespace SecondLook.Parquet;

/// <summary>Which codecs this machine has.</summary>
public static class ParquetCodecs
{
    /// <summary>Whether <c>libzstd.so.1</c> can be loaded. Without it files with Zstandard can be neither written nor read.</summary>
    public static bool ZstdAvailable => Zstd.IsAvailable;
}
