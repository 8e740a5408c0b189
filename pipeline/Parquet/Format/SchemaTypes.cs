using SecondLook.Parquet.Thrift;

namespace SecondLook.Parquet.Format;

/// <summary>Translates column types to and from their numbers in the schema.</summary>
internal static class SchemaTypes
{
    private const int StringField = 1;
    private const int TimestampField = 8;
    private const int IntegerField = 10;
    private const int JsonField = 12;

    /// <summary>The number of a physical type.</summary>
    public static PhysicalType Physical(ParquetType type) => type switch
    {
        ParquetType.Boolean => PhysicalType.Boolean,
        ParquetType.Int32 => PhysicalType.Int32,
        ParquetType.Int64 => PhysicalType.Int64,
        ParquetType.Double => PhysicalType.Double,
        _ => PhysicalType.ByteArray,
    };

    /// <summary>Writes the old converted type and the logical type into an open schema element.</summary>
    public static void WriteLogical(CompactWriter thrift, ParquetLogicalType logical)
    {
        int converted = Converted(logical);
        if (converted >= 0)
        {
            thrift.I32(6, converted);
        }
        if (logical == ParquetLogicalType.None)
        {
            return;
        }
        thrift.BeginStruct(10);
        switch (logical)
        {
            case ParquetLogicalType.String:
                thrift.BeginStruct(StringField);
                break;
            case ParquetLogicalType.Json:
                thrift.BeginStruct(JsonField);
                break;
            case ParquetLogicalType.TimestampNanos:
                thrift.BeginStruct(TimestampField);
                thrift.Bool(1, false);
                thrift.BeginStruct(2);
                thrift.BeginStruct(3);
                thrift.EndStruct();
                thrift.EndStruct();
                break;
            default:
                thrift.BeginStruct(IntegerField);
                thrift.Byte(1, (byte)Bits(logical));
                thrift.Bool(2, logical <= ParquetLogicalType.Int64);
                break;
        }
        thrift.EndStruct();
        thrift.EndStruct();
    }

    /// <summary>What an old converted type means; None for those outside the subset.</summary>
    public static ParquetLogicalType FromConverted(int converted) => converted switch
    {
        0 => ParquetLogicalType.String,
        11 => ParquetLogicalType.UInt8,
        12 => ParquetLogicalType.UInt16,
        13 => ParquetLogicalType.UInt32,
        14 => ParquetLogicalType.UInt64,
        15 => ParquetLogicalType.Int8,
        16 => ParquetLogicalType.Int16,
        17 => ParquetLogicalType.Int32,
        18 => ParquetLogicalType.Int64,
        19 => ParquetLogicalType.Json,
        _ => ParquetLogicalType.None,
    };

    /// <summary>Reads the logical type union; None for those outside the subset.</summary>
    public static ParquetLogicalType ReadLogical(ref CompactReader thrift, ThriftType type)
    {
        ParquetLogicalType logical = ParquetLogicalType.None;
        thrift.Enter(type);
        int field = 0;
        while (thrift.NextField(ref field, out ThriftType inner))
        {
            if (field == IntegerField)
            {
                logical = ReadInteger(ref thrift, inner);
                continue;
            }
            if (field == TimestampField)
            {
                logical = ReadTimestamp(ref thrift, inner);
                continue;
            }
            logical = field switch
            {
                StringField => ParquetLogicalType.String,
                JsonField => ParquetLogicalType.Json,
                _ => ParquetLogicalType.None,
            };
            thrift.Skip(inner);
        }
        thrift.Leave();
        return logical;
    }

    private static ParquetLogicalType ReadInteger(ref CompactReader thrift, ThriftType type)
    {
        int bits = 0;
        bool signed = true;
        thrift.Enter(type);
        int field = 0;
        while (thrift.NextField(ref field, out ThriftType inner))
        {
            switch (field)
            {
                case 1:
                    bits = thrift.Int32(inner);
                    break;
                case 2:
                    signed = thrift.Bool(inner);
                    break;
                default:
                    thrift.Skip(inner);
                    break;
            }
        }
        thrift.Leave();
        return (bits, signed) switch
        {
            (8, true) => ParquetLogicalType.Int8,
            (16, true) => ParquetLogicalType.Int16,
            (32, true) => ParquetLogicalType.Int32,
            (64, true) => ParquetLogicalType.Int64,
            (8, false) => ParquetLogicalType.UInt8,
            (16, false) => ParquetLogicalType.UInt16,
            (32, false) => ParquetLogicalType.UInt32,
            (64, false) => ParquetLogicalType.UInt64,
            _ => throw thrift.Error($"an integer type of {bits} bits, expected 8, 16, 32 or 64"),
        };
    }

    private static ParquetLogicalType ReadTimestamp(ref CompactReader thrift, ThriftType type)
    {
        bool nanos = false;
        thrift.Enter(type);
        int field = 0;
        while (thrift.NextField(ref field, out ThriftType inner))
        {
            if (field == 2)
            {
                thrift.Enter(inner);
                int unit = 0;
                while (thrift.NextField(ref unit, out ThriftType unitType))
                {
                    nanos = unit == 3;
                    thrift.Skip(unitType);
                }
                thrift.Leave();
            }
            else
            {
                thrift.Skip(inner);
            }
        }
        thrift.Leave();
        return nanos ? ParquetLogicalType.TimestampNanos : ParquetLogicalType.None;
    }

    private static int Converted(ParquetLogicalType logical) => logical switch
    {
        ParquetLogicalType.String => 0,
        ParquetLogicalType.UInt8 => 11,
        ParquetLogicalType.UInt16 => 12,
        ParquetLogicalType.UInt32 => 13,
        ParquetLogicalType.UInt64 => 14,
        ParquetLogicalType.Int8 => 15,
        ParquetLogicalType.Int16 => 16,
        ParquetLogicalType.Int32 => 17,
        ParquetLogicalType.Int64 => 18,
        ParquetLogicalType.Json => 19,
        _ => -1,
    };

    private static int Bits(ParquetLogicalType logical) => logical switch
    {
        ParquetLogicalType.Int8 or ParquetLogicalType.UInt8 => 8,
        ParquetLogicalType.Int16 or ParquetLogicalType.UInt16 => 16,
        ParquetLogicalType.Int32 or ParquetLogicalType.UInt32 => 32,
        _ => 64,
    };
}
