using SecondLook.Parquet;

namespace SecondLook.Contracts.Tables;

/// <summary>A column of a schema as its owner's code names it: the position and the C# type of its values.</summary>
/// <typeparam name="T"><see cref="bool"/>, <see cref="int"/>, <see cref="long"/>, <see cref="double"/> or <see cref="string"/>.</typeparam>
public sealed record Column<T> : TableColumn
{
    internal Column(int index, string name, ParquetType type, bool optional, ParquetLogicalType logical, ParquetEncoding encoding, string unit, string meaning)
        : base(name, type, optional, logical, encoding, unit, meaning) => Index = index;

    /// <summary>Position in the schema, from 0.</summary>
    public int Index { get; }
}
