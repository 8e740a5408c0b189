using SecondLook.Parquet;

namespace SecondLook.Host;

/// <summary>Ruling 3 of product.md 11: without libzstd a run takes Brotli and says so.</summary>
public static class CodecChoice
{
    /// <summary>The codec asked for, or Brotli (with a line on stderr) where libzstd is absent.</summary>
    public static ParquetCodec Usable(ParquetCodec wanted)
    {
        if (wanted == ParquetCodec.Zstd && !ParquetCodecs.ZstdAvailable)
        {
            Console.Error.WriteLine("secondlook: libzstd.so.1 is not there; Parquet files are written with Brotli");
            return ParquetCodec.Brotli;
        }
        return wanted;
    }
}
