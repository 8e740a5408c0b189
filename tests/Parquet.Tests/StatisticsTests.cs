using SecondLook.Parquet.Format;
using SecondLook.Parquet.Statistics;

namespace SecondLook.Parquet.Tests;

/// <summary>Ranges: order of the logical type, zeros, NaN, long texts.</summary>
public sealed class StatisticsTests
{
    [Fact]
    public void Integers_AnyLength_RangeAsOneByOne()
    {
        var random = new SeededRandom(9);
        for (int count = 1; count < 200; count++)
        {
            ulong[] values = [.. Enumerable.Range(0, count).Select(_ => random.Next())];
            ValueRange.Of<ulong>(values, out ulong least, out ulong greatest);
            Assert.Equal((values.Min(), values.Max()), (least, greatest));
            long[] signed = [.. values.Select(v => (long)v)];
            ValueRange.Of<long>(signed, out long low, out long high);
            Assert.Equal((signed.Min(), signed.Max()), (low, high));
            uint[] narrow = [.. values.Select(v => (uint)v)];
            ValueRange.Of<uint>(narrow, out uint lowest, out uint highest);
            Assert.Equal((narrow.Min(), narrow.Max()), (lowest, highest));
        }
    }

    [Fact]
    public void Doubles_NaN_NoRange() => Assert.False(ValueRange.TryOf([1, double.NaN, 2], out _, out _));

    [Fact]
    public void Doubles_Zeros_CarryTheOuterSign()
    {
        Assert.True(ValueRange.TryOf([0.0], out double min, out double max));
        Assert.True(double.IsNegative(min));
        Assert.True(ValueRange.TryOf([-0.0], out min, out max));
        Assert.False(double.IsNegative(max));
    }

    [Fact]
    public void ByteArrays_Unsigned_ByteByByte()
    {
        byte[] bytes = [0x7F, 0x80, 0x80, 0x00];
        var range = new ByteArrayRange();
        range.Add(bytes, 1, 2);
        range.Add(bytes, 0, 1);
        range.Add(bytes, 2, 4);
        var statistics = new ColumnStatistics();
        statistics.Reset(0);
        range.Describe(bytes, statistics);
        Assert.Equal([0x7F], statistics.Min.ToArray());
        Assert.Equal([0x80, 0x00], statistics.Max.ToArray());
    }

    [Fact]
    public void ByteArrays_Long_NoRange()
    {
        var statistics = new ColumnStatistics();
        statistics.Reset(0);
        statistics.SetRange("a"u8, new byte[ColumnStatistics.MaxBytes + 1]);
        Assert.False(statistics.HasRange);
    }
}
