using SecondLook.Parquet;

namespace SecondLook.Contracts.Tables;

/// <summary>Declares the columns of a table one by one, so that each is a named, typed field of its table class.</summary>
/// <param name="name">Table name.</param>
/// <param name="major">Major version.</param>
/// <param name="minor">Minor version.</param>
/// <param name="summary">What a row is, one sentence.</param>
public sealed class SchemaBuilder(string name, int major, int minor, string summary)
{
    private readonly List<TableColumn> _columns = [];

    /// <summary>A required 64-bit column, such as a time or an ordinal.</summary>
    public Column<long> Int64(string column, string unit, string meaning) =>
        Add<long>(column, ParquetType.Int64, false, ParquetLogicalType.None, ParquetEncoding.DeltaBinaryPacked, unit, meaning);

    /// <summary>An optional 64-bit column.</summary>
    public Column<long> OptionalInt64(string column, string unit, string meaning) =>
        Add<long>(column, ParquetType.Int64, true, ParquetLogicalType.None, ParquetEncoding.DeltaBinaryPacked, unit, meaning);

    /// <summary>A required column of unsigned 64-bit patterns, such as addresses.</summary>
    public Column<long> UInt64(string column, string unit, string meaning) =>
        Add<long>(column, ParquetType.Int64, false, ParquetLogicalType.UInt64, ParquetEncoding.DeltaBinaryPacked, unit, meaning);

    /// <summary>An optional column of unsigned 64-bit patterns.</summary>
    public Column<long> OptionalUInt64(string column, string unit, string meaning) =>
        Add<long>(column, ParquetType.Int64, true, ParquetLogicalType.UInt64, ParquetEncoding.DeltaBinaryPacked, unit, meaning);

    /// <summary>A required 32-bit column.</summary>
    public Column<int> Int32(string column, string unit, string meaning) =>
        Add<int>(column, ParquetType.Int32, false, ParquetLogicalType.None, ParquetEncoding.Dictionary, unit, meaning);

    /// <summary>An optional 32-bit column.</summary>
    public Column<int> OptionalInt32(string column, string unit, string meaning) =>
        Add<int>(column, ParquetType.Int32, true, ParquetLogicalType.None, ParquetEncoding.Dictionary, unit, meaning);

    /// <summary>A required number.</summary>
    public Column<double> Double(string column, string unit, string meaning) =>
        Add<double>(column, ParquetType.Double, false, ParquetLogicalType.None, ParquetEncoding.Plain, unit, meaning);

    /// <summary>An optional number.</summary>
    public Column<double> OptionalDouble(string column, string unit, string meaning) =>
        Add<double>(column, ParquetType.Double, true, ParquetLogicalType.None, ParquetEncoding.Plain, unit, meaning);

    /// <summary>A required truth value.</summary>
    public Column<bool> Boolean(string column, string meaning) =>
        Add<bool>(column, ParquetType.Boolean, false, ParquetLogicalType.None, ParquetEncoding.Plain, "", meaning);

    /// <summary>An optional truth value.</summary>
    public Column<bool> OptionalBoolean(string column, string meaning) =>
        Add<bool>(column, ParquetType.Boolean, true, ParquetLogicalType.None, ParquetEncoding.Plain, "", meaning);

    /// <summary>A required string.</summary>
    public Column<string> String(string column, string meaning) =>
        Add<string>(column, ParquetType.ByteArray, false, ParquetLogicalType.String, ParquetEncoding.Dictionary, "", meaning);

    /// <summary>An optional string.</summary>
    public Column<string> OptionalString(string column, string meaning) =>
        Add<string>(column, ParquetType.ByteArray, true, ParquetLogicalType.String, ParquetEncoding.Dictionary, "", meaning);

    /// <summary>The finished schema.</summary>
    public TableSchema Build() => new(name, major, minor, summary, _columns);

    private Column<T> Add<T>(string column, ParquetType type, bool optional, ParquetLogicalType logical, ParquetEncoding encoding, string unit, string meaning)
    {
        Column<T> added = new(_columns.Count, column, type, optional, logical, encoding, unit, meaning);
        _columns.Add(added);
        return added;
    }
}
