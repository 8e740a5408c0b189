namespace SecondLook.Parquet.Format;

/// <summary>What the footer says of one column chunk.</summary>
internal sealed class ChunkRecord
{
    /// <summary>Physical type, as the metadata of a chunk that was read says.</summary>
    public PhysicalType Type { get; set; }

    /// <summary>Codec of all its pages.</summary>
    public CodecNumber Codec { get; set; }

    /// <summary>Bit n is set when encoding n occurs.</summary>
    public int Encodings { get; set; }

    /// <summary>Rows, nulls included.</summary>
    public long ValueCount { get; set; }

    /// <summary>Bytes of pages and headers before compression.</summary>
    public long UncompressedBytes { get; set; }

    /// <summary>Bytes of pages and headers in the file.</summary>
    public long CompressedBytes { get; set; }

    /// <summary>Offset of the dictionary page, or -1.</summary>
    public long DictionaryOffset { get; set; } = -1;

    /// <summary>Offset of the first data page.</summary>
    public long DataOffset { get; set; }

    /// <summary>Offset of the first page of any kind. Some writers leave the dictionary's offset at 0.</summary>
    public long Start => DictionaryOffset > 0 && DictionaryOffset < DataOffset ? DictionaryOffset : DataOffset;

    /// <summary>Range and nulls of the whole chunk.</summary>
    public ColumnStatistics Statistics { get; } = new();
}
