using SecondLook.Parquet;

namespace SecondLook.Contracts.Tables;

/// <summary>One column of an artefact table: how it is stored and what it means.</summary>
/// <param name="Name">Name in the file, lower case with underscores.</param>
/// <param name="Type">Physical type.</param>
/// <param name="Optional">Whether a row may have no value.</param>
/// <param name="Logical">Logical type, <see cref="ParquetLogicalType.None"/> for the plain meaning of the physical type.</param>
/// <param name="Encoding">Encoding tried first.</param>
/// <param name="Unit">Unit of the values; empty when it has none.</param>
/// <param name="Meaning">What a value says, a phrase without a full stop.</param>
public record TableColumn(
    string Name,
    ParquetType Type,
    bool Optional,
    ParquetLogicalType Logical,
    ParquetEncoding Encoding,
    string Unit,
    string Meaning);
