namespace SecondLook.Parquet;

/// <summary>What the stored value means; it decides the order that statistics use and the type other readers show.</summary>
public enum ParquetLogicalType
{
    /// <summary>Nothing beyond the physical type, or a meaning outside this subset in a file of another writer.</summary>
    None,

    /// <summary>Signed, 8 bits, in an <see cref="ParquetType.Int32"/>.</summary>
    Int8,

    /// <summary>Signed, 16 bits, in an <see cref="ParquetType.Int32"/>.</summary>
    Int16,

    /// <summary>Signed, 32 bits, in an <see cref="ParquetType.Int32"/>.</summary>
    Int32,

    /// <summary>Signed, 64 bits, in an <see cref="ParquetType.Int64"/>.</summary>
    Int64,

    /// <summary>Unsigned, 8 bits, in an <see cref="ParquetType.Int32"/>.</summary>
    UInt8,

    /// <summary>Unsigned, 16 bits, in an <see cref="ParquetType.Int32"/>.</summary>
    UInt16,

    /// <summary>Unsigned, the bit pattern of an <see cref="ParquetType.Int32"/>.</summary>
    UInt32,

    /// <summary>Unsigned, the bit pattern of an <see cref="ParquetType.Int64"/>.</summary>
    UInt64,

    /// <summary>UTF-8 text in a <see cref="ParquetType.ByteArray"/>.</summary>
    String,

    /// <summary>JSON text in a <see cref="ParquetType.ByteArray"/>.</summary>
    Json,

    /// <summary>Nanoseconds since 1970 in an <see cref="ParquetType.Int64"/>, on a clock that knows no time zone.</summary>
    TimestampNanos,
}
