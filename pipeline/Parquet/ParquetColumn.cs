namespace SecondLook.Parquet;

/// <summary>One flat column of a schema.</summary>
/// <param name="Name">Name, unique within the file.</param>
/// <param name="Type">Physical type.</param>
/// <param name="Optional">Whether rows may lack a value.</param>
/// <param name="Logical">Meaning; must fit <paramref name="Type"/>.</param>
/// <param name="Encoding">How the writer packs it. A column that was read always says <see cref="ParquetEncoding.Plain"/>.</param>
public sealed record ParquetColumn(
    string Name,
    ParquetType Type,
    bool Optional = false,
    ParquetLogicalType Logical = ParquetLogicalType.None,
    ParquetEncoding Encoding = ParquetEncoding.Plain)
{
    /// <summary>Whether values are ordered as unsigned numbers.</summary>
    internal bool IsUnsigned => Logical is ParquetLogicalType.UInt8 or ParquetLogicalType.UInt16
        or ParquetLogicalType.UInt32 or ParquetLogicalType.UInt64;

    /// <summary>Says what is wrong with this column, or null.</summary>
    internal string? Problem()
    {
        bool fits = Logical switch
        {
            ParquetLogicalType.None => true,
            ParquetLogicalType.Int64 or ParquetLogicalType.UInt64 or ParquetLogicalType.TimestampNanos => Type == ParquetType.Int64,
            ParquetLogicalType.String or ParquetLogicalType.Json => Type == ParquetType.ByteArray,
            _ => Type == ParquetType.Int32,
        };
        if (string.IsNullOrEmpty(Name))
        {
            return "a column has no name";
        }
        if (!fits)
        {
            return $"column '{Name}': {Logical} cannot be stored as {Type}";
        }
        return Encoding == ParquetEncoding.DeltaBinaryPacked && Type is not (ParquetType.Int32 or ParquetType.Int64)
            ? $"column '{Name}': DELTA_BINARY_PACKED is for integers, not for {Type}"
            : null;
    }
}
