using SecondLook.Parquet.Thrift;

namespace SecondLook.Parquet.Format;

/// <summary>Writes the <c>Statistics</c> struct, the same for pages and chunks.</summary>
internal static class StatisticsThrift
{
    /// <summary>Writes the statistics as a field of the struct that is open.</summary>
    public static void Write(CompactWriter thrift, int field, ColumnStatistics statistics)
    {
        thrift.BeginStruct(field);
        thrift.I64(3, statistics.NullCount);
        if (statistics.HasRange)
        {
            // Only the fields whose order is defined by column_orders; the old min and max (2, 1) never were for unsigned columns.
            thrift.Binary(5, statistics.Max);
            thrift.Binary(6, statistics.Min);
            thrift.Bool(7, true);
            thrift.Bool(8, true);
        }
        thrift.EndStruct();
    }
}
