using System.Text;

namespace SecondLook.Parquet.Tests;

/// <summary>A column with one boxed value per row; slow and obvious, the yardstick of the round trips.</summary>
internal sealed record TestColumn(ParquetColumn Schema, object?[] Rows)
{
    /// <summary>How the values of a generated column behave.</summary>
    public enum Shape
    {
        Random,
        FewDistinct,
        ManyDistinct,
        PageMultiples,
        Ascending,
        Constant,
        Runs,
        Extremes,
    }

    public static TestColumn Generate(ParquetColumn schema, Shape shape, int rows, int nullPercent, ulong seed)
    {
        var random = new SeededRandom(seed);
        var values = new object?[rows];
        for (int i = 0; i < rows; i++)
        {
            ulong number = shape switch
            {
                Shape.Random => random.Next(),
                Shape.FewDistinct => (ulong)random.Below(11) * 977,
                // A range for hashing, or one for a table.
                Shape.ManyDistinct => (ulong)random.Below(600) * (seed % 2 == 0 ? 1_000_003UL : 89),
                Shape.PageMultiples => 0x7F00_0000_0000 + ((ulong)random.Below(50) * 4096),
                Shape.Ascending => 5_000_000_000 + ((ulong)i * 1000) + (ulong)random.Below(900),
                Shape.Constant => 42,
                Shape.Runs => (ulong)(i / 100 % 5) + (i % 700 < 20 ? random.Next() % 3 : 0),
                _ => random.Below(6) switch { 0 => 0UL, 1 => ulong.MaxValue, 2 => long.MaxValue, 3 => 1UL << 63, 4 => int.MaxValue, _ => 0x80000000 },
            };
            bool isNull = schema.Optional && (nullPercent == 100 || random.Below(100) < nullPercent);
            values[i] = isNull ? null : Value(schema, number);
        }
        return new TestColumn(schema, values);
    }

    private static object Value(ParquetColumn schema, ulong number) => schema.Type switch
    {
        ParquetType.Boolean => (number & 1) != 0,
        ParquetType.Int32 => schema.Logical switch
        {
            ParquetLogicalType.Int8 => (int)(sbyte)number,
            ParquetLogicalType.Int16 => (int)(short)number,
            ParquetLogicalType.UInt8 => (int)(byte)number,
            ParquetLogicalType.UInt16 => (int)(ushort)number,
            _ => (int)number,
        },
        ParquetType.Int64 => (long)number,
        ParquetType.Double => (double)(long)number / 8,
        _ => schema.Logical == ParquetLogicalType.Json ? Encoding.UTF8.GetBytes($"{{\"n\":{number}}}") : Text(number),
    };

    private static byte[] Text(ulong number) => Encoding.UTF8.GetBytes(number % 7 == 0 ? "" : $"wört-{number:x}");

    /// <summary>Writes the rows from <paramref name="start"/> on as the next column of a row group.</summary>
    public void Write(RowGroupWriter group, int start, int count, bool indexed = false)
    {
        object?[] rows = Rows[start..(start + count)];
        object[] present = rows.Where(v => v is not null).ToArray()!;
        ulong[] validity = present.Length == rows.Length ? [] : Validity(rows);
        switch (Schema.Type)
        {
            case ParquetType.Boolean:
                group.WriteBoolean(present.Cast<bool>().ToArray(), validity);
                break;
            case ParquetType.Int32:
                group.WriteInt32(present.Cast<int>().ToArray(), validity);
                break;
            case ParquetType.Int64:
                group.WriteInt64(present.Cast<long>().ToArray(), validity);
                break;
            case ParquetType.Double:
                group.WriteDouble(present.Cast<double>().ToArray(), validity);
                break;
            default:
                WriteByteArrays(group, present, validity, indexed);
                break;
        }
    }

    private static void WriteByteArrays(RowGroupWriter group, object[] present, ulong[] validity, bool indexed)
    {
        byte[][] values = present.Cast<byte[]>().ToArray();
        if (!indexed)
        {
            (byte[] all, int[] offsets) = Join(values);
            group.WriteByteArrays(all, offsets, validity);
            return;
        }
        // Two entries that never occur, one of them between those that do.
        string[] distinct = [.. values.Select(Convert.ToHexString).Distinct().Reverse()];
        var ids = distinct.Select((hex, i) => (hex, id: i + 1 + (i > 0 ? 1 : 0))).ToDictionary(x => x.hex, x => x.id);
        var entries = new byte[distinct.Length + 2][];
        Array.Fill(entries, "unused"u8.ToArray());
        foreach ((string hex, int id) in ids)
        {
            entries[id] = Convert.FromHexString(hex);
        }
        (byte[] bytes, int[] places) = Join(entries);
        group.WriteIndexedByteArrays(values.Select(v => ids[Convert.ToHexString(v)]).ToArray(), bytes, places, validity);
    }

    internal static (byte[] Bytes, int[] Offsets) Join(byte[][] values)
    {
        var offsets = new int[values.Length + 1];
        for (int i = 0; i < values.Length; i++)
        {
            offsets[i + 1] = offsets[i] + values[i].Length;
        }
        return (values.SelectMany(v => v).ToArray(), offsets);
    }

    private static ulong[] Validity(object?[] rows)
    {
        var validity = new ulong[(rows.Length + 63) / 64];
        // Bits behind the last row are set on purpose: they must not matter.
        Array.Fill(validity, ulong.MaxValue);
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i] is null)
            {
                validity[i / 64] &= ~(1UL << (i % 64));
            }
        }
        return validity;
    }

    /// <summary>Reads all rows of a column, boxed.</summary>
    public static object?[] Read(ParquetReader reader, int column)
    {
        var all = new List<object?>();
        for (int group = 0; group < reader.RowGroupCount; group++)
        {
            int rows = reader.RowsInGroup(group);
            var validity = new ulong[(rows + 63) / 64];
            Func<int, object> value;
            switch (reader.Columns[column].Type)
            {
                case ParquetType.Boolean:
                    var booleans = new bool[rows];
                    reader.ReadBoolean(group, column, booleans, validity);
                    value = i => booleans[i];
                    break;
                case ParquetType.Int32:
                    var ints = new int[rows];
                    reader.ReadInt32(group, column, ints, validity);
                    value = i => ints[i];
                    break;
                case ParquetType.Int64:
                    var longs = new long[rows];
                    reader.ReadInt64(group, column, longs, validity);
                    value = i => longs[i];
                    break;
                case ParquetType.Double:
                    var doubles = new double[rows];
                    reader.ReadDouble(group, column, doubles, validity);
                    value = i => doubles[i];
                    break;
                default:
                    ByteArrayColumn arrays = reader.ReadByteArrays(group, column);
                    Assert.Equal(rows, arrays.Count);
                    validity = arrays.Validity;
                    value = i => arrays[i].ToArray();
                    break;
            }
            for (int i = 0; i < rows; i++)
            {
                all.Add((validity[i / 64] >> (i % 64) & 1) != 0 ? value(i) : null);
            }
        }
        return [.. all];
    }
}
