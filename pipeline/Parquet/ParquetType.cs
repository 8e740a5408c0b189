namespace SecondLook.Parquet;

/// <summary>The physical types of the subset: how a value lies in the file.</summary>
public enum ParquetType
{
    /// <summary>One bit.</summary>
    Boolean,

    /// <summary>32 bits, little endian.</summary>
    Int32,

    /// <summary>64 bits, little endian.</summary>
    Int64,

    /// <summary>IEEE 754, 64 bits.</summary>
    Double,

    /// <summary>Any number of bytes with their length.</summary>
    ByteArray,
}
