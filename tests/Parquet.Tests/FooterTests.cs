using System.Buffers.Binary;
using SecondLook.Parquet.Thrift;

namespace SecondLook.Parquet.Tests;

/// <summary>What no other reader shows us of the footer: order of the rows, order of the values, who wrote it.</summary>
public sealed class FooterTests
{
    [Fact]
    public void SortingColumn_Orders_Creator_AreWritten()
    {
        using var stream = new MemoryStream();
        using var writer = new ParquetWriter(
            stream, [new("a", ParquetType.Int64), new("seq", ParquetType.Int64)], new ParquetWriterOptions { SortedBy = "seq" });
        for (int i = 0; i < 2; i++)
        {
            RowGroupWriter group = writer.BeginRowGroup(1);
            group.WriteInt64([5], []);
            group.WriteInt64([i], []);
            group.End();
        }
        writer.Finish();
        byte[] file = stream.ToArray();
        int length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(file.Length - 8));
        var footer = new CompactReader(file.AsSpan(file.Length - 8 - length), 0, "test");
        var sorting = new List<string>();
        int orders = 0;
        string createdBy = "";
        int field = 0;
        while (footer.NextField(ref field, out ThriftType type))
        {
            switch (field)
            {
                case 4:
                    int groups = footer.List(type, ThriftType.Struct);
                    for (int i = 0; i < groups; i++)
                    {
                        ReadGroup(ref footer, sorting);
                    }
                    break;
                case 6:
                    createdBy = footer.Text(type);
                    break;
                case 7:
                    orders = footer.List(type, ThriftType.Struct);
                    for (int i = 0; i < orders; i++)
                    {
                        footer.Skip(ThriftType.Struct);
                    }
                    break;
                default:
                    footer.Skip(type);
                    break;
            }
        }
        Assert.Equal(length, footer.Position);
        Assert.Equal("column 1 False False, column 1 False False", string.Join(", ", sorting));
        Assert.Equal(2, orders);
        Assert.Equal("SecondLook", createdBy);
    }

    private static void ReadGroup(ref CompactReader footer, List<string> sorting)
    {
        footer.Enter(ThriftType.Struct);
        int field = 0;
        while (footer.NextField(ref field, out ThriftType type))
        {
            if (field != 4)
            {
                footer.Skip(type);
                continue;
            }
            Assert.Equal(1, footer.List(type, ThriftType.Struct));
            footer.Enter(ThriftType.Struct);
            int inner = 0;
            var parts = new List<string>();
            while (footer.NextField(ref inner, out ThriftType innerType))
            {
                parts.Add(inner == 1 ? $"column {footer.Int32(innerType)}" : $"{footer.Bool(innerType)}");
            }
            footer.Leave();
            sorting.Add(string.Join(" ", parts));
        }
        footer.Leave();
    }
}
