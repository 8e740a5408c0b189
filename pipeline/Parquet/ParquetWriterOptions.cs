namespace SecondLook.Parquet;

/// <summary>What a <see cref="ParquetWriter"/> may be told.</summary>
public sealed record ParquetWriterOptions
{
    /// <summary>
    /// Codec of the pages; none unless set. Chunks of nulls or of one value stay uncompressed, being tiny, and so do chunks whose
    /// first page the codec does not make smaller by a tenth; Zstandard at level 1 leaves out its search for repetitions where that costs little.
    /// </summary>
    public ParquetCodec Codec { get; init; }

    /// <summary>Level of the codec; 1 is the fast end for both. Zstandard: 1 to 19; Brotli: 0 to 11.</summary>
    public int CodecLevel { get; init; } = 1;

    /// <summary>Rows in a page, rounded up to a multiple of 64.</summary>
    public int PageRows { get; init; } = 65536;

    /// <summary>Name of the column by which the rows ascend, as the caller promises; null when there is none.</summary>
    public string? SortedBy { get; init; }
}
