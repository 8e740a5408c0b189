using System.Text;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Parquet;

namespace SecondLook.Contracts.Tables;

/// <summary>A whole table in memory, read from a Parquet artefact: one array a column, one element a row (the default where null).</summary>
public sealed class Table
{
    // More than any table of a run, and what a damaged footer may make us allocate.
    private const long MaxRows = 1 << 28;
    private readonly Array[] _values;
    private readonly ulong[][] _validity;

    private Table(TableSchema schema, int rows, IReadOnlyDictionary<string, string> metadata)
    {
        Schema = schema;
        RowCount = rows;
        Metadata = metadata;
        _values = new Array[schema.Columns.Count];
        _validity = new ulong[schema.Columns.Count][];
    }

    /// <summary>The schema asked for.</summary>
    public TableSchema Schema { get; }

    /// <summary>Number of rows.</summary>
    public int RowCount { get; }

    /// <summary>Key-value metadata of the file.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Values of a boolean column, one a row.</summary>
    public bool[] this[Column<bool> column] => (bool[])_values[column.Index];

    /// <summary>Values of a 32-bit column, one a row.</summary>
    public int[] this[Column<int> column] => (int[])_values[column.Index];

    /// <summary>Values of a 64-bit column, one a row.</summary>
    public long[] this[Column<long> column] => (long[])_values[column.Index];

    /// <summary>Values of a number column, one a row.</summary>
    public double[] this[Column<double> column] => (double[])_values[column.Index];

    /// <summary>Values of a string column, one a row; the empty string where null.</summary>
    public string[] this[Column<string> column] => (string[])_values[column.Index];

    /// <summary>Whether a row has no value in a column.</summary>
    public bool IsNull<T>(Column<T> column, int row) => (_validity[column.Index][row >> 6] >> (row & 63) & 1) == 0;

    /// <summary>Reads a whole artefact.</summary>
    /// <param name="path">The file.</param>
    /// <param name="schema">The schema wanted; a column that the file lacks reads as null if it is optional.</param>
    /// <exception cref="ArtifactException">The file is not such a table, or is of another major version.</exception>
    public static Table Read(string path, TableSchema schema)
    {
        using ParquetReader reader = ParquetTables.Open(path, schema);
        if (reader.RowCount > MaxRows)
        {
            throw new ArtifactException(path, $"{reader.RowCount} rows", $"at most {MaxRows} of table {schema.Id}");
        }
        Table table = new(schema, (int)reader.RowCount, reader.Metadata);
        try
        {
            for (int c = 0; c < schema.Columns.Count; c++)
            {
                table.ReadColumn(reader, c, path);
            }
        }
        catch (ParquetException e)
        {
            throw new ArtifactException(path, e.Message, $"table {schema.Id}");
        }
        return table;
    }

    private void ReadColumn(ParquetReader reader, int index, string path)
    {
        TableColumn column = Schema.Columns[index];
        int position = ParquetTables.PositionOf(reader, column.Name);
        _validity[index] = new ulong[(RowCount + 63) >> 6];
        _values[index] = column.Type switch
        {
            ParquetType.Boolean => new bool[RowCount],
            ParquetType.Int32 => new int[RowCount],
            ParquetType.Int64 => new long[RowCount],
            ParquetType.Double => new double[RowCount],
            _ => EmptyStrings(RowCount),
        };
        if (position < 0)
        {
            return;
        }
        if (reader.Columns[position].Type != column.Type)
        {
            throw new ArtifactException(path, $"column {column.Name} of type {reader.Columns[position].Type}", $"type {column.Type}");
        }
        int first = 0;
        for (int g = 0; g < reader.RowGroupCount; g++)
        {
            int rows = reader.RowsInGroup(g);
            ulong[] validity = new ulong[(rows + 63) >> 6];
            switch (_values[index])
            {
                case bool[] values:
                    reader.ReadBoolean(g, position, values.AsSpan(first, rows), validity);
                    break;
                case int[] values:
                    reader.ReadInt32(g, position, values.AsSpan(first, rows), validity);
                    break;
                case long[] values:
                    reader.ReadInt64(g, position, values.AsSpan(first, rows), validity);
                    break;
                case double[] values:
                    reader.ReadDouble(g, position, values.AsSpan(first, rows), validity);
                    break;
                case string[] values:
                    ReadStrings(reader, g, position, values.AsSpan(first, rows), validity);
                    break;
            }
            for (int r = 0; r < rows; r++)
            {
                if ((validity[r >> 6] >> (r & 63) & 1) != 0)
                {
                    _validity[index][(first + r) >> 6] |= 1UL << ((first + r) & 63);
                }
            }
            first += rows;
        }
    }

    private static void ReadStrings(ParquetReader reader, int group, int position, Span<string> values, ulong[] validity)
    {
        ByteArrayColumn column = reader.ReadByteArrays(group, position);
        ReadOnlySpan<byte> bytes = column.Bytes;
        ReadOnlySpan<int> offsets = column.Offsets;
        column.Validity.AsSpan(0, validity.Length).CopyTo(validity);
        Dictionary<string, string> shared = new(StringComparer.Ordinal);
        for (int r = 0; r < values.Length; r++)
        {
            if (offsets[r + 1] > offsets[r])
            {
                string text = Encoding.UTF8.GetString(bytes[offsets[r]..offsets[r + 1]]);
                if (!shared.TryGetValue(text, out string? one))
                {
                    one = text;
                    shared.Add(text, text);
                }
                values[r] = one;
            }
        }
    }

    private static string[] EmptyStrings(int rows)
    {
        string[] strings = new string[rows];
        Array.Fill(strings, "");
        return strings;
    }
}
