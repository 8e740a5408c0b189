using SecondLook.Parquet.Thrift;

namespace SecondLook.Parquet.Format;

/// <summary>Reads the schema: a flat list of required and optional columns.</summary>
internal static class SchemaReader
{
    /// <summary>Reads the list of schema elements, whose first is the root.</summary>
    /// <exception cref="ParquetException">There are nested, repeated or unsupported columns.</exception>
    public static ParquetColumn[] Read(ref CompactReader thrift, ThriftType listType)
    {
        int count = thrift.List(listType, ThriftType.Struct);
        if (count < 2)
        {
            throw thrift.Error($"a schema of {count} elements, expected a root and at least one column");
        }
        var columns = new List<ParquetColumn>();
        for (int i = 0; i < count; i++)
        {
            ParquetColumn? column = ReadElement(ref thrift, isRoot: i == 0);
            if (column is not null)
            {
                columns.Add(column);
            }
        }
        return [.. columns];
    }

    private static ParquetColumn? ReadElement(ref CompactReader thrift, bool isRoot)
    {
        string name = "";
        int physical = -1;
        int repetition = 0;
        int children = 0;
        ParquetLogicalType? logical = null;
        ParquetLogicalType converted = ParquetLogicalType.None;
        thrift.Enter(ThriftType.Struct);
        int field = 0;
        while (thrift.NextField(ref field, out ThriftType type))
        {
            switch (field)
            {
                case 1:
                    physical = thrift.Int32(type);
                    break;
                case 3:
                    repetition = thrift.Int32(type);
                    break;
                case 4:
                    name = thrift.Text(type);
                    break;
                case 5:
                    children = thrift.Int32(type);
                    break;
                case 6:
                    converted = SchemaTypes.FromConverted(thrift.Int32(type));
                    break;
                case 10:
                    logical = SchemaTypes.ReadLogical(ref thrift, type);
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }
        thrift.Leave();
        if (isRoot)
        {
            return null;
        }
        if (children != 0 || repetition is not (0 or 1))
        {
            throw thrift.Error($"column '{name}', which is nested or repeated, expected flat columns");
        }
        ParquetType known = (PhysicalType)physical switch
        {
            PhysicalType.Boolean => ParquetType.Boolean,
            PhysicalType.Int32 => ParquetType.Int32,
            PhysicalType.Int64 => ParquetType.Int64,
            PhysicalType.Double => ParquetType.Double,
            PhysicalType.ByteArray => ParquetType.ByteArray,
            _ => throw thrift.Error(
                $"column '{name}' of type {(PhysicalType)physical}, expected BOOLEAN, INT32, INT64, DOUBLE or BYTE_ARRAY"),
        };
        var column = new ParquetColumn(name, known, repetition == 1, logical ?? converted);
        return column.Problem() is string problem ? throw thrift.Error(problem) : column;
    }
}
