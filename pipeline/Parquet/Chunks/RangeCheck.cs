using System.Numerics;

namespace SecondLook.Parquet.Chunks;

/// <summary>Keeps values out of a column whose logical type cannot hold them: other readers would cut or refuse them.</summary>
internal static class RangeCheck
{
    /// <summary>Throws when the range leaves the 8- or 16-bit type that the column promises.</summary>
    public static void ThrowIfOutside<T>(ParquetColumn column, T min, T max)
        where T : IBinaryInteger<T>
    {
        (long low, long high) = column.Logical switch
        {
            ParquetLogicalType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
            ParquetLogicalType.Int16 => (short.MinValue, short.MaxValue),
            ParquetLogicalType.UInt8 => (byte.MinValue, byte.MaxValue),
            ParquetLogicalType.UInt16 => (ushort.MinValue, ushort.MaxValue),
            _ => (long.MinValue, long.MaxValue),
        };
        if (high == long.MaxValue)
        {
            return;
        }
        if (long.CreateTruncating(min) < low || long.CreateTruncating(max) > high)
        {
            throw new ArgumentException($"Column '{column.Name}': values from {min} to {max}, but {column.Logical} holds {low} to {high}.");
        }
    }
}
